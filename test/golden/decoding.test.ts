// Every architecture's decoding strategies against a reference that computes all layers' logits over
// all of the vocabulary (decoding.py).

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { zip } from '#collections/zip.js';
import type { Decoding } from '#generation/decoding/strategies.js';
import { goldenNames, readGolden } from '#testing/golden.js';
import { DecodingRun } from './decoding-run.js';

interface GoldenStep {
  readonly position: number;
  readonly ids: readonly number[];
  readonly logits: readonly number[];
  readonly layer: number | null;
}

interface GoldenDecoding {
  readonly greedy: { readonly tokens: readonly number[]; readonly leastMargin: number };
  readonly cases: readonly (Decoding & { readonly steps: readonly GoldenStep[] })[];
}

const TOLERANCE = 2e-4;
/** Below this lead rounding may decide. */
const TIE = 1e-3;

describe.each(goldenNames())('%s', (name) => {
  const golden = JSON.parse(
    readFileSync(join(readGolden(name).path, 'decoding.json'), 'utf8'),
  ) as GoldenDecoding;
  let run: DecodingRun;
  beforeAll(async () => {
    run = await DecodingRun.open(name);
  });
  afterAll(() => run?.close());

  test('steps of every strategy: candidates, corrected logits, layer', async () => {
    for (const { steps, ...decoding } of golden.cases) {
      for (const { position, ids, logits, layer } of steps) {
        const corrected = await run.correct(decoding as Decoding, position);
        const label = `${JSON.stringify(decoding)} at ${position}`;
        const found = ids.map((id) => corrected.logits[id]!);
        expect(found, label).not.toContain(-Infinity);
        // Of a lone candidate any number says the same.
        if (ids.length > 1)
          for (const [actual, wanted] of zip(found, logits))
            expect(Math.abs(actual - wanted), label).toBeLessThan(TOLERANCE);
        const finite = [...corrected.logits].filter((z) => z !== -Infinity).length;
        if (decoding.strategy !== 'energy') expect(finite, label).toBe(ids.length);
        if (!corrected.isSkipped) expect(corrected.layer ?? null, label).toBe(layer);
      }
    }
  });

  test('64 greedy tokens by DeCo', async () => {
    const { tokens, leastMargin } = golden.greedy;
    expect(leastMargin).toBeGreaterThan(TIE);
    const [{ steps: _steps, ...decoding }] = golden.cases as [GoldenDecoding['cases'][0]];
    const asked = { decoding: decoding as Decoding, maxTokens: tokens.length };
    expect(await run.answers(asked)).toEqual([tokens]);
  });
});
