// What is written by a schema is valid by ajv, whatever a model wants to write.

import formats from 'ajv-formats';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { Random } from '#runtime/random.js';
import { Automaton } from './automaton.js';
import { compile } from './compile.js';
import { FormConstraint } from './form-constraint.js';
import { TokenTrie } from './token-trie.js';

const END = 0;
const spellings = [
  '',
  ...Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte)),
  ...'": |": "|{"|"}|"]|, "|[]|{}|true|null|12|0.5|\n  |\\u00|\\"'.split('|'),
];
const trie = new TokenTrie(spellings);

/** What random logits write; undefined where it has not ended. */
function written(schema: unknown, seed: number): string | undefined {
  const source = { kind: 'schema', schema: JSON.stringify(schema) } as const;
  const { network } = compile(source, { lead: '', dropsSpace: false });
  const constraint = new FormConstraint(new Automaton(network, trie), [END]);
  const random = new Random(seed, 'test');
  let bytes = '';
  for (let i = 0; i < 300; i++) {
    const logits = Float32Array.from(spellings, () => random.uniform());
    logits[END]! += 1;
    for (const token of [0x22, 0x5d, 0x7d].map((byte) => byte + 1)) logits[token]! += 0.6;
    constraint.forbid(logits);
    const token = logits.indexOf(Math.max(...logits));
    if (token === END) return Buffer.from(bytes, 'latin1').toString();
    constraint.accept(token);
    bytes += spellings[token]!;
    if (constraint.hasEnded) return Buffer.from(bytes, 'latin1').toString();
  }
  return undefined;
}

const text = { type: 'string', maxLength: 6 };
const shape = (kind: string, properties: object) => ({
  type: 'object',
  properties: { kind: { const: kind }, ...properties },
  required: ['kind', ...Object.keys(properties)],
});
const tree = {
  $ref: '#/$defs/node',
  $defs: {
    node: {
      type: 'object',
      properties: {
        name: text,
        children: { type: 'array', items: { $ref: '#/$defs/node' }, maxItems: 2 },
      },
      required: ['name'],
      additionalProperties: false,
    },
  },
};

const schemas: Record<string, object> = {
  'a tree': tree,
  'a list that refers to itself': { type: 'array', items: { $ref: '#' }, maxItems: 2 },
  'a union by a constant': {
    oneOf: [shape('circle', { radius: { type: 'number' } }), shape('square', { side: text })],
  },
  'a union by reference': {
    $defs: {
      a: shape('a', { next: { $ref: '#/$defs/either' } }),
      b: shape('b', { name: text }),
      either: { oneOf: [{ $ref: '#/$defs/b' }, { $ref: '#/$defs/a' }, { type: 'null' }] },
    },
    $ref: '#/$defs/either',
  },
  'a union by what is required': {
    type: 'object',
    oneOf: [
      { properties: { email: { type: 'string', format: 'email' } }, required: ['email'] },
      {
        properties: { phone: { type: 'string', pattern: '^\\+?[0-9]{3,6}$' } },
        required: ['phone'],
      },
    ],
  },
  'a union by types': {
    oneOf: [{ type: 'integer' }, text, { type: 'boolean' }, { type: 'array', items: text }],
  },
  'a union by ranges': {
    oneOf: [
      { type: 'integer', maximum: 3 },
      { type: 'integer', minimum: 5 },
      { type: 'string', maxLength: 2 },
      { type: 'string', minLength: 4, maxLength: 6 },
    ],
  },
  'a union of constants': { oneOf: [{ const: 1 }, { const: 'x' }, { enum: [null, 'y'] }] },
  'a nullable': {
    type: 'object',
    properties: { a: { type: 'string', format: 'uuid', nullable: true } },
  },
  'constants with escapes': { enum: ['é"\\\n', '日本', '\u2028', { 'a"b': [1, null] }, 1.5, ''] },
  'names with escapes': {
    type: 'object',
    properties: { 'a"\\\n': text, é: { type: 'null' } },
    required: ['a"\\\n', 'é'],
  },
  'other names': {
    type: 'object',
    properties: { a: text },
    additionalProperties: { type: 'integer' },
  },
  'names by a pattern': {
    type: 'object',
    patternProperties: { '^x-[a-z]{1,3}$': { type: 'integer' } },
    additionalProperties: false,
  },
  'counts of items': { type: 'array', items: { enum: [1, 2] }, minItems: 2, maxItems: 4 },
  'numbers in bounds': {
    type: 'array',
    items: {
      anyOf: [
        { type: 'number', minimum: -2, exclusiveMaximum: 10 },
        { type: 'integer', exclusiveMinimum: 99 },
      ],
    },
    maxItems: 4,
  },
  'safe integers': {
    type: 'integer',
    minimum: Number.MIN_SAFE_INTEGER,
    maximum: Number.MAX_SAFE_INTEGER,
  },
  'formats of OpenAPI': { type: 'integer', format: 'int64', 'x-order': 1 },
  'a tuple': { prefixItems: [text, { type: 'integer' }], items: { type: 'null' }, maxItems: 3 },
  times: {
    type: 'array',
    prefixItems: ['date-time', 'date', 'time', 'ipv4', 'uuid', 'email'].map((format) => ({
      type: 'string',
      format,
    })),
    items: false,
  },
  'patterns with anchors and without': {
    type: 'array',
    prefixItems: [
      { type: 'string', pattern: '^[A-Z]{2}-\\d{3}$' },
      { type: 'string', pattern: '^(ab|c)' },
      { type: 'string', pattern: '["\\\\]$' },
    ],
    items: false,
  },
  anything: {},
};

describe.each(Object.entries(schemas))('%s', (_, schema) => {
  test('is written as ajv takes it', () => {
    const ajv = new Ajv2020({ strict: false });
    formats.default(ajv);
    const isValid = ajv.compile(schema);
    let whole = 0;
    for (let seed = 0; seed < 40; seed++) {
      const answer = written(schema, seed);
      if (answer === undefined) continue;
      whole += 1;
      expect(isValid(JSON.parse(answer)), answer).toBe(true);
    }
    expect(whole).toBeGreaterThan(5);
  });
});
