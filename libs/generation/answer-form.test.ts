// Answers that are held to a form, by real models of random weights: nothing but the form makes them
// valid.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeTinyModel } from '#testing/tiny-model.js';
import { compile, type FormSource } from './constraints/compile.js';
import type { Form } from './constraints/form.js';
import { FormError } from './errors/form.error.js';
import { GenerationEngine, type GenerateRequest } from './generation.js';

const form = (source: FormSource): Form => compile(source, { lead: '', dropsSpace: false });
const choice = form({ kind: 'choice', texts: ['yes', 'yesterday', 'no'] });
const date = form({ kind: 'regex', pattern: '[0-9]{4}-[0-9]{2}' });
const person = form({
  kind: 'schema',
  schema: JSON.stringify({
    type: 'object',
    properties: {
      name: { type: 'string', minLength: 1, maxLength: 6 },
      age: { type: 'integer', minimum: 0, maximum: 99 },
      tags: { type: 'array', items: { enum: ['a', 'b'] }, maxItems: 2 },
    },
    required: ['name', 'age', 'tags'],
    additionalProperties: false,
  }),
});
const decoding = { strategy: 'deco', layers: [0, 1], alpha: 0.6, topP: 0.9, topK: 20 } as const;
const maybe = form({ kind: 'regex', pattern: 'a*' });

let folder: string;
let engines: GenerationEngine[];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lethe-form-'));
  await writeTinyModel(folder);
  engines = await Promise.all(
    [folder, 'models/lethe-tiny'].map((modelPath) =>
      GenerationEngine.load({ modelPath, threads: 1, maxBatch: 8 }),
    ),
  );
});
afterAll(async () => {
  await Promise.all(engines.map((engine) => engine.close()));
  await rm(folder, { recursive: true });
});

describe.each([0, 1])('by model %i', (model) => {
  const prompt = [...Buffer.from('Who was it?')];

  async function answer(request: Partial<GenerateRequest>): Promise<[text: string, why?: string]> {
    let text = '';
    let why: string | undefined;
    const { maxTokens = 80 } = request;
    for await (const chunk of engines[model]!.generate({ prompt, ...request, maxTokens })) {
      text += chunk.text;
      why = chunk.finishReason;
    }
    return [text, why];
  }

  test.each([0, 1, 2, 3])('an answer has its form, seed %i', async (seed) => {
    const sampling = { temperature: seed === 0 ? 0 : 1.5, seed };
    const [said, why] = await answer({ ...sampling, form: choice });
    expect(['yes', 'yesterday', 'no']).toContain(said);
    expect(why).toBe('stop');
    expect((await answer({ ...sampling, form: date }))[0]).toMatch(/^\d{4}-\d\d$/);
    const [json] = await answer({ ...sampling, form: person, maxTokens: 200 });
    expect(JSON.parse(json)).toEqual({
      name: expect.any(String),
      age: expect.any(Number),
      tags: expect.any(Array),
    });
  });

  test('beside others it is the answer of alone, and they are theirs', async () => {
    const requests: Partial<GenerateRequest>[] = [
      { form: person, temperature: 1, seed: 5, maxTokens: 60 },
      { temperature: 1, seed: 5, maxTokens: 20 },
      { form: choice, repetitionPenalty: 1.5 },
      { maxTokens: 20 },
      { form: date, temperature: 2, seed: 1, decoding },
    ];
    const alone = [];
    for (const request of requests) alone.push(await answer(request));
    expect(await Promise.all(requests.map(answer))).toEqual(alone);
  });

  test('one that is cut off is incomplete', async () => {
    const [said, why] = await answer({ form: date, maxTokens: 1 });
    expect(why).toBe('length');
    expect('0123456789'.includes(said[0]!)).toBe(true);
  });

  test('a stop ends it early', async () => {
    const [said, why] = await answer({ form: date, stop: ['-'] });
    expect(said).toMatch(/^\d{4}$/);
    expect(why).toBe('stop');
  });

  test('where it may end, the model decides', async () => {
    const [said, why] = await answer({ form: maybe, maxTokens: 20 });
    expect(said).toMatch(/^a*$/);
    expect(why).toBe(said.length < 20 ? 'stop' : 'length');
  });

  test('what is too costly to follow ends that answer alone', async () => {
    const heavy = form({ kind: 'regex', pattern: '((a?){0,200}){0,200}b' });
    const [refused, other] = await Promise.allSettled([
      answer({ form: heavy }),
      answer({ form: choice }),
    ]);
    expect(refused).toMatchObject({ status: 'rejected', reason: expect.any(FormError) });
    expect(other.status).toBe('fulfilled');
  });
});
