import { describe, expect, test } from 'vitest';
import { Random } from '#runtime/random.js';
import { FormError } from '../errors/form.error.js';
import { Automaton } from './automaton.js';
import { compile, type FormSource } from './compile.js';
import { FormConstraint } from './form-constraint.js';
import { TokenTrie } from './token-trie.js';

const END = 0;
const latin1 = (text: string): string => Buffer.from(text).toString('latin1');
/** All bytes, and some longer tokens that cross the borders of what forms are made of. */
const spellings = [
  '',
  ...Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte)),
  ...'": |": |{"|"}|",|, "|true|false|ab|abc|12|0.|\n  | {|é|日|"}]|\\"|\\n|name'
    .split('|')
    .map(latin1),
];
const trie = new TokenTrie(spellings);
const PLAIN = { lead: '', dropsSpace: false };

function automatonOf(source: FormSource, start = PLAIN): Automaton {
  const { network, dropsSpace } = compile(source, start);
  return new Automaton(network, trie, dropsSpace);
}

const regex = (pattern: string): FormSource => ({ kind: 'regex', pattern });
const grammar = (text: string): FormSource => ({ kind: 'grammar', grammar: text });
const schema = (value: unknown): FormSource => ({ kind: 'schema', schema: JSON.stringify(value) });

/** Whether a text, given byte by byte, is of the form and may end there. */
function takes(automaton: Automaton, text: string): boolean {
  let state: Automaton['start'] | null = automaton.start;
  for (const byte of latin1(text)) {
    const token = spellings.indexOf(byte);
    state = state && automaton.read(state, token);
  }
  return state?.mayEnd ?? false;
}

/** What a model of random logits writes; undefined where it has not ended. */
function written(automaton: Automaton, seed: number, most = 400): string | undefined {
  const random = new Random(seed, 'test');
  const constraint = new FormConstraint(automaton, [END]);
  let bytes = '';
  for (let i = 0; i < most && !constraint.hasEnded; i++) {
    const logits = Float32Array.from(spellings, () => random.uniform());
    // What closes is likely, or most would never end.
    logits[END]! += 1;
    for (const token of [35, 94, 126]) logits[token]! += 0.5;
    constraint.forbid(logits);
    const token = logits.indexOf(Math.max(...logits));
    expect(logits[token]).toBeGreaterThan(-Infinity);
    constraint.accept(token);
    if (token === END) return Buffer.from(bytes, 'latin1').toString();
    bytes += spellings[token]!;
  }
  return constraint.hasEnded ? Buffer.from(bytes, 'latin1').toString() : undefined;
}

const SEEDS = Array.from({ length: 30 }, (_, seed) => seed);

describe('a regular expression', () => {
  test.each([
    ['[a-c]{2,3}x?', ['ab', 'abc', 'ccax'], ['a', 'abcd', 'abxx']],
    ['(?:foo|ba[rz])+', ['foo', 'barbaz'], ['', 'ba', 'fo']],
    ['^\\d+\\.\\d{2}$', ['1.25', '007.00'], ['1.2', '.25', '1x25']],
    ['[^a-z]', ['A', 'é', '日', '😀'], ['a', '', 'AB']],
    ['é+日?', ['é', 'éé日'], ['日', 'e']],
    ['.*', ['', 'any é 日 😀'], ['a\nb']],
    ['[\\w-]+\\s[]]', ['a-b ]'], ['a-b]']],
    ['(a*)*b', ['b', 'aaab'], ['', 'a']],
    ['(?P<year>[0-9]{4})|x', ['2024', 'x'], ['24']],
    ['\\u0041\\x42\\/', ['AB/'], ['ab/']],
    ['(?<n>a){0}b', ['b'], ['ab']],
  ])('%s', (pattern, good, bad) => {
    const automaton = automatonOf(regex(pattern));
    expect(good.filter((text) => !takes(automaton, text))).toEqual([]);
    expect(bad.filter((text) => takes(automaton, text))).toEqual([]);
    for (const seed of SEEDS) {
      const text = written(automaton, seed);
      if (text !== undefined) expect(text).toMatch(new RegExp(`^(?:${js(pattern)})$`, 'u'));
    }
  });

  const js = (pattern: string): string =>
    pattern.replace('P<', '<').replace('[]]', '\\]').replace('[\\w-]', '[\\w\\-]');

  test.each([
    '(a',
    'a)',
    '*a',
    'a**',
    '[b-a]',
    '[a',
    'a{2,1}',
    'a{200000}',
    '\\',
    '(?=a)',
    '(?<!a)',
    '(a)\\1',
    '\\bword',
    'a^b',
    'a$b',
    '\\p{L}',
    '\\ud800',
    'a[^\\s\\S]',
  ])('%s is refused', (pattern) => {
    expect(() => compile(regex(pattern), PLAIN)).toThrow(FormError);
  });
});

describe('a grammar', () => {
  const sums = `
    # sums of numbers
    root ::= term (("+" | "-") term)*
    term ::= number | "(" root ")"
    number ::= [0-9]{1,3}
  `;
  test('may be recursive', () => {
    const automaton = automatonOf(grammar(sums));
    expect(['1', '1+22', '((3))-4'].filter((text) => !takes(automaton, text))).toEqual([]);
    expect(['', '1+', '(1', '1234', '()'].filter((text) => takes(automaton, text))).toEqual([]);
    expect(takes(automaton, `${'('.repeat(500)}1${')'.repeat(500)}`)).toBe(true);
  });

  test('has no dead ends', () => {
    const automaton = automatonOf(
      grammar('root ::= "a" b | "b"\nb ::= "x" b | [^\\x00-\\U0010ffff]'),
    );
    for (const seed of SEEDS) expect(written(automaton, seed)).toBe('b');
  });

  test('repeats by recursion at the end', () => {
    const automaton = automatonOf(grammar('root ::= [ab] root | "."'));
    expect(takes(automaton, `${'ab'.repeat(2000)}.`)).toBe(true);
  });

  test.each([
    ['root ::= root "a" | "b"', /"root" begins with itself/],
    ['root ::= a\na ::= b? c\nb ::= "x"\nc ::= a "y"', /begins with itself/],
    ['root ::= missing', /no rule "missing"/],
    ['start ::= "a"', /rule named root/],
    ['root ::= "a', /too early/],
    ['root ::= ("a"', /expected \)/],
    ['root ::= "a" )', /expected a rule/],
    ['root ::= "a"\nroot ::= "b"', /another rule root/],
    ['', /rule named root/],
    ['root "a"', /expected a rule/],
  ])('%j is refused', (text, problem) => {
    expect(() => compile(grammar(text), PLAIN)).toThrow(problem);
  });
});

test('a choice of texts is one of them', () => {
  const texts = ['yes', 'yesterday', 'no', 'né', '😀', '😁', ' yes'];
  const automaton = automatonOf({ kind: 'choice', texts });
  expect(texts.filter((text) => !takes(automaton, text))).toEqual([]);
  expect(['', 'y', 'yest', 'n', 'noo'].filter((text) => takes(automaton, text))).toEqual([]);
  for (const seed of SEEDS) expect(texts).toContain(written(automaton, seed));
});

describe('where an answer begins', () => {
  const yes: FormSource = { kind: 'choice', texts: ['{', ' {'] };

  test('with a space that is no part of the text', () => {
    const automaton = automatonOf(yes, { lead: '', dropsSpace: true });
    expect(['{', ' {', '  {'].map((text) => takes(automaton, text))).toEqual([true, true, true]);
    expect(takes(automaton, '   {')).toBe(false);
  });

  test("with the template's own words", () => {
    const automaton = automatonOf(yes, { lead: '\n\n', dropsSpace: false });
    expect(['\n\n{', '{'].map((text) => takes(automaton, text))).toEqual([true, false]);
  });
});

describe('a JSON schema', () => {
  const person = {
    type: 'object',
    properties: {
      name: { type: 'string', maxLength: 5 },
      age: { type: 'integer', minimum: 0, maximum: 120 },
      kind: { enum: ['a', 'b', null] },
      tags: { type: 'array', items: { $ref: '#/$defs/tag' }, minItems: 1, maxItems: 2 },
    },
    required: ['name', 'tags'],
    additionalProperties: false,
    $defs: { tag: { type: 'string', pattern: '^[a-z]{2}$' } },
  };
  test.each<[string, unknown, unknown[], unknown[]]>([
    [
      'of an object',
      person,
      [
        { name: 'Ada', tags: ['xy'] },
        { name: 'é"\\', age: 120, kind: null, tags: ['xy', 'zz'] },
      ],
      [
        { name: 'Ada' },
        { name: 'Adaada', tags: ['xy'] },
        { name: 'A', age: 121, tags: ['xy'] },
        { name: 'A', tags: [] },
        { name: 'A', tags: ['xyz'] },
        { name: 'A', tags: ['xy'], more: 1 },
      ],
    ],
    [
      'of all optional',
      { properties: { a: true, b: {} } },
      [{}, { a: 1 }, { b: [] }, { a: {}, b: 2 }],
      [{ c: 1 }],
    ],
    [
      'of other properties',
      {
        type: 'object',
        properties: { ab: { type: 'null' } },
        additionalProperties: { type: 'integer' },
      },
      [{}, { ab: null }, { ab: null, a: 1, abc: 2, b: -3 }, { x: 1 }],
      [{ ab: 1 }, { ab: null, x: 'y' }, { x: 1, ab: 2 }],
    ],
    ['of anything', true, [1, 'x', null, [{ a: [1.5e3] }], false], []],
    ['of any object', { type: 'object' }, [{}, { a: { b: [] } }], [[], 1]],
    ['of types', { type: ['string', 'null'] }, ['x', null], [1, {}]],
    ['of a constant', { const: { a: [1, 'x'] } }, [{ a: [1, 'x'] }], [{ a: [1] }]],
    [
      'of alternatives with something in common',
      {
        type: 'object',
        required: ['k'],
        properties: { k: { type: 'boolean' } },
        anyOf: [
          { properties: { a: { type: 'null' } }, required: ['a'] },
          { properties: { b: true } },
        ],
      },
      [{ k: true, a: null }, { k: false, b: 1 }, { k: false }],
      [{ a: null }, { k: true, a: 1 }],
    ],
    [
      'of parts',
      {
        allOf: [
          { type: 'integer', minimum: 3 },
          { minimum: 5, maximum: 7 },
        ],
      },
      [5, 7],
      [4, 8],
    ],
    [
      'of a tuple',
      { prefixItems: [{ const: 1 }, { const: 2 }], items: false },
      [[1, 2]],
      [[1], [2, 1], [1, 2, 3]],
    ],
    [
      'of a tuple and more',
      { prefixItems: [{ const: 1 }], items: { type: 'null' }, maxItems: 2 },
      [[1], [1, null]],
      [[1, null, null]],
    ],
    [
      'that uses itself',
      {
        type: 'object',
        properties: { next: { anyOf: [{ $ref: '#' }, { type: 'null' }] } },
        required: ['next'],
      },
      [{ next: null }, { next: { next: { next: null } } }],
      [{ next: 1 }],
    ],
    [
      'of negative numbers',
      { type: 'integer', minimum: -120, exclusiveMaximum: 15 },
      [-120, -99, -1, 0, 14],
      [-121, 15, 20],
    ],
    ['of a share', { type: 'number', minimum: 0, maximum: 1 }, [0, 1, 0.5, 0.125], [1.5, -0.5, 2]],
    ['of more than nothing', { type: 'number', exclusiveMinimum: 0 }, [1, 0.5, 1e3], [0, -1]],
    ['of a number below', { type: 'number', exclusiveMaximum: -1 }, [-1.5, -2], [-1, 0, -0.5]],
    [
      'of a date',
      { type: 'string', format: 'date' },
      ['2024-02-28'],
      ['2024-02-30', '2024-13-01', 'x'],
    ],
    ['of a part of a text', { type: 'string', pattern: '"a' }, ['"a', 'x"ay'], ['a']],
    ['of long texts', { type: 'string', minLength: 3 }, ['abc', '日日日', '\n\t\u0008'], ['ab']],
  ])('%s', (_, value, good, bad) => {
    const automaton = automatonOf(schema(value));
    const spelt = (one: unknown): string[] => [JSON.stringify(one), JSON.stringify(one, null, 2)];
    expect(good.filter((one) => !takes(automaton, JSON.stringify(one)))).toEqual([]);
    expect(bad.flatMap(spelt).filter((text) => takes(automaton, text))).toEqual([]);
    for (const seed of SEEDS) {
      const text = written(automaton, seed);
      if (text !== undefined) JSON.parse(text);
    }
  });

  test('has little white space in each place', () => {
    const automaton = automatonOf(schema({ additionalProperties: { items: true } }));
    /** Of what may follow; more than there is room for where it never ends. */
    const blanks = (state: Automaton['start'], most = 0): number =>
      most > 50
        ? most
        : Math.max(
            most,
            ...[9, 10, 13, 32].map((byte) => {
              const next = automaton.read(state, byte + 1);
              return next ? blanks(next, most + 1) : 0;
            }),
          );
    const beginnings = ['', '{', '{"a"', '{"a":', '{"a":[', '{"a":[1', '{"a":[1,', '{"a":[]'];
    const found = beginnings.map((text) => {
      const bytes = latin1(text);
      let state = automaton.start;
      for (const byte of bytes) state = automaton.read(state, spellings.indexOf(byte))!;
      return blanks(state);
    });
    expect(found).toEqual([0, 21, 0, 21, 21, 21, 21, 21]);
  });

  test('is written with the white space of common printers', () => {
    const automaton = automatonOf(schema(person));
    const ada = { name: 'Ada', tags: ['xy', 'ab'] };
    for (const text of [JSON.stringify(ada, null, 2), '{"name": "Ada", "tags": ["xy", "ab"]}'])
      expect(takes(automaton, text)).toBe(true);
    expect(takes(automaton, `{\n${' '.repeat(30)}"name":"Ada","tags":["xy"]}`)).toBe(false);
  });

  test.each<[unknown, RegExp]>([
    [false, /false allows nothing/],
    [[], /expected an object or true/],
    [{ type: 'text' }, /type: expected one or more of/],
    [{ not: {} }, /at #: not is not supported/],
    [{ properties: { a: { if: {} } } }, /at #\/properties\/a: if is not supported/],
    [{ $ref: '#/$defs/x' }, /found "#\/\$defs\/x"/],
    [{ $ref: 'http://example.com' }, /expected the place of a schema/],
    [{ $ref: '#' }, /begins with itself/],
    [{ allOf: [{ $ref: '#' }] }, /deep|leads to itself|twice/],
    [
      { oneOf: [{ type: 'string' }, { type: 'string', maxLength: 3 }] },
      /at #\/oneOf\/0: oneOf: .* at #\/oneOf\/1/,
    ],
    [{ oneOf: [{ type: 'integer' }, { type: 'number' }] }, /oneOf: expected schemas told apart/],
    [{ oneOf: [{ const: 1 }, { enum: [2, 1] }] }, /oneOf: expected/],
    [
      {
        oneOf: [
          { properties: { a: true }, required: ['a'], additionalProperties: true },
          { type: 'object', required: ['b'] },
        ],
      },
      /oneOf: expected/,
    ],
    [
      {
        properties: { a: { type: 'string' } },
        patternProperties: { '^a': { type: 'string', maxLength: 1 } },
      },
      /patternProperties beside other properties is not supported/,
    ],
    [
      { $defs: { a: { $ref: '#/$defs/b' }, b: { $ref: '#/$defs/a' } }, $ref: '#/$defs/a' },
      /itself/,
    ],
    [{ $ref: '#/%' }, /URI/],
    [{ type: 'array', uniqueItems: true }, /uniqueItems/],
    [{ type: 'number', multipleOf: 0.01 }, /multipleOf/],
    [{ type: 'integer', minimum: 5, maximum: 4 }, /no whole number/],
    [{ type: 'string', minLength: -1 }, /minLength: expected a whole number/],
    [{ enum: [] }, /not empty/],
    [
      { type: 'object', required: ['a'], additionalProperties: false, properties: {} },
      /"a" is not/,
    ],
    [{ type: 'string', maxLength: 10 ** 9 }, /states/],
    [{ type: 'string', pattern: '(' }, /regular expression/],
  ])('%j is refused by name', (value, problem) => {
    expect(() => compile(schema(value), PLAIN)).toThrow(problem);
  });
});

describe('a hostile form ends in time', () => {
  const many = (count: number, one: (i: number) => string): string =>
    Array.from({ length: count }, (_, i) => one(i)).join('|');
  const nested = (depth: number): unknown =>
    depth === 0 ? {} : { anyOf: [nested(depth - 1), { type: 'null' }] };
  const twice = (depth: number): unknown =>
    depth === 0
      ? { type: 'string' }
      : {
          properties: { [`p${depth}`]: twice(depth - 1) },
          anyOf: [{ properties: { a: true } }, { properties: { b: true } }],
        };
  test.each<[string, FormSource]>([
    ['nested stars', regex('(((a*)*)*)*b')],
    ['nested counts', regex('((a{0,300}){0,300}){0,300}')],
    ['empty counts', regex('((){9999}){9999}')],
    ['optional counts', regex('((a?){0,200}){0,200}b')],
    ['many words', regex(many(20_000, (i) => `w${i}x`))],
    ['much that is alike', regex(`(${many(2000, () => '[a-z]*x')})*`)],
    ['deep groups', regex(`${'('.repeat(100_000)}a${')'.repeat(100_000)}`)],
    ['open groups', regex('('.repeat(100_000))],
    ['many choices', { kind: 'choice', texts: Array.from({ length: 20_000 }, (_, i) => `${i}`) }],
    [
      'long choices',
      { kind: 'choice', texts: Array.from({ length: 300 }, (_, i) => 'a'.repeat(i)) },
    ],
    ['ambiguity', grammar('root ::= a\na ::= "x" (a | b) "y" | ""\nb ::= "x" (a | b) "z" | ""')],
    [
      'empty rules',
      grammar(
        `root ::= r0\n${many(3000, (i) => `\nr${i} ::= r${i + 1}? `).replaceAll('|', '')}\nr3000 ::= "x"`,
      ),
    ],
    [
      'many properties',
      schema({
        properties: Object.fromEntries(
          Array.from({ length: 5000 }, (_, i) => [`p${i}`, { type: 'string' }]),
        ),
      }),
    ],
    ['deep schemas', schema(nested(90))],
    [
      'deeper schemas',
      { kind: 'schema', schema: `${'{"items":'.repeat(20_000)}{}${'}'.repeat(20_000)}` },
    ],
    ['schemas that double', schema(twice(40))],
    ['a schema of a megabyte', schema({ enum: Array.from({ length: 200_000 }, (_, i) => i) })],
    [
      'long keys',
      schema({ properties: { ['k'.repeat(100_000)]: true }, additionalProperties: true }),
    ],
  ])('%s', (_, source) => {
    const begun = performance.now();
    try {
      const automaton = automatonOf(source);
      written(automaton, 1, 40);
    } catch (error) {
      expect(error).toBeInstanceOf(FormError);
    }
    expect(performance.now() - begun).toBeLessThan(10_000);
  });
});
