// Answers that beams search for, against transformers' own search (beams.py).

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BeamOptions } from '#generation/decoding/beams.js';
import type { DecoOptions } from '#generation/decoding/deco.js';
import { goldenRoot, readGolden } from '#testing/golden.js';
import { DecodingRun } from './decoding-run.js';

interface GoldenSearch extends Omit<BeamOptions, 'given'> {
  readonly ends: readonly number[];
  readonly maxTokens: number;
  readonly repetitionPenalty?: number;
  readonly minTokens?: number;
  readonly deco?: DecoOptions;
  readonly answers: readonly { readonly tokens: readonly number[] }[];
}

interface GoldenBeams {
  readonly prompt: readonly number[];
  readonly cases: readonly GoldenSearch[];
}

const places = [
  ...['llama', 'gemma2', 'qwen2-window', 'llama-rope-dynamic', 'gpt2'].map((name) => ({
    name,
    model: readGolden(name).path,
    file: join(readGolden(name).path, 'beams.json'),
  })),
  {
    name: 'lethe-tiny',
    model: 'models/lethe-tiny',
    file: join(goldenRoot, 'lethe-tiny.beams.json'),
  },
];

describe.each(places)('$name', ({ model, file }) => {
  const { prompt, cases } = JSON.parse(readFileSync(file, 'utf8')) as GoldenBeams;
  let run: DecodingRun;
  beforeAll(async () => {
    run = await DecodingRun.at(model, prompt);
  });
  afterAll(() => run?.close());

  test.each(cases)(
    '$width beams, length penalty $lengthPenalty, early stopping $earlyStopping, $maxTokens tokens',
    async ({ ends, maxTokens, repetitionPenalty, minTokens, deco, answers, ...beams }) => {
      const found = await run.answers(
        {
          maxTokens,
          repetitionPenalty,
          minTokens,
          beams: { ...beams, given: beams.width },
          ...(deco ? { decoding: { strategy: 'deco', ...deco } } : {}),
        },
        ends,
      );
      expect(found).toEqual(answers.map(({ tokens }) => tokens));
    },
  );
});
