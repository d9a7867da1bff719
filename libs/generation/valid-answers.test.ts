// Answers of the built-in model that are held to schemas: valid by ajv, drawn, greedy and searched for.

import formats from 'ajv-formats';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openCheckpoint } from '#models/checkpoints/checkpoint.js';
import { compile } from './constraints/compile.js';
import { GenerationEngine, type GenerateRequest } from './generation.js';

const MODEL = 'models/lethe-tiny';
const word = { type: 'string', maxLength: 12 };
const person = (kind: string, more: object) => ({
  type: 'object',
  properties: { kind: { const: kind }, name: word, ...more },
  required: ['kind', 'name', ...Object.keys(more)],
  additionalProperties: false,
});
const schemas: Record<string, object> = {
  'a person of either kind': {
    oneOf: [
      person('author', { born: { type: 'integer', minimum: 1000, maximum: 2100 } }),
      person('reader', { email: { type: 'string', format: 'email' } }),
    ],
  },
  'a tree': {
    type: 'object',
    properties: { name: word, under: { type: 'array', items: { $ref: '#' }, maxItems: 2 } },
    required: ['name'],
  },
  'choices in a list': {
    type: 'array',
    items: { enum: ['é"', '日本', null, { a: 1 }] },
    minItems: 2,
    maxItems: 4,
  },
  'a day': {
    type: 'object',
    properties: { at: { type: 'string', format: 'date-time' } },
    required: ['at'],
  },
};

let engine: GenerationEngine;
let prompt: number[];
beforeAll(async () => {
  const tokenizer = await (await openCheckpoint(MODEL)).tokenizer();
  prompt = tokenizer.encodeChat([{ role: 'user', content: 'Who wrote it?' }]);
  engine = await GenerationEngine.load({ modelPath: MODEL, threads: 1, maxBatch: 8 });
});
afterAll(() => engine.close());

async function answers(request: Partial<GenerateRequest>) {
  const found: { text: string; finishReason: string | undefined }[] = [];
  const asked = { prompt, maxTokens: 400, atOnce: true, ...request };
  for await (const { text, finishReason, beside = [] } of engine.generate(asked))
    for (const one of [{ text, finishReason }, ...beside])
      found.push({ text: one.text, finishReason: one.finishReason });
  return found;
}

describe.each(Object.entries(schemas))('%s', (_, schema) => {
  const ajv = new Ajv2020({ strict: false });
  formats.default(ajv);
  const isValid = ajv.compile(schema);
  const source = { kind: 'schema', schema: JSON.stringify(schema) } as const;
  const form = compile(source, { lead: '', dropsSpace: false });

  test('is written whole, however tokens are chosen', async () => {
    const beams = { width: 3, lengthPenalty: 1, earlyStopping: false, given: 3 } as const;
    const found = await Promise.all([
      answers({ form }),
      ...[1, 2, 3].map((seed) => answers({ form, temperature: 1, seed })),
      answers({ form, beams }),
    ]);
    expect(found.at(-1)!.length).toBeGreaterThan(1);
    const whole = found.flat().filter(({ finishReason }) => finishReason === 'stop');
    expect(whole.length).toBeGreaterThan(3);
    for (const { text } of whole) expect(isValid(JSON.parse(text)), text).toBe(true);
  });
});
