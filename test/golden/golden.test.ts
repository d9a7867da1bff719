// Every architecture against the reference's numbers: logits, residual streams, generation,
// adapters, gradients.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { goldenNames } from '#testing/golden.js';
import { type Difference, GoldenRun } from './golden-run.js';

const TOLERANCE = 1e-4;
/** Below this lead of the best token over the second, rounding may decide. */
const TIE = 1e-3;

const expectClose = ({ worst, tensor }: Difference): void =>
  expect(worst, tensor).toBeLessThanOrEqual(TOLERANCE);

describe.each(goldenNames())('%s', (name) => {
  let run: GoldenRun;
  beforeAll(async () => {
    run = await GoldenRun.open(name);
  });
  afterAll(() => run?.close());

  test('logits and every residual stream', async () => {
    expectClose(await run.row('plain'));
  });

  test('beyond the sliding window and the original context', async () => {
    expectClose(await run.row('long'));
  });

  test('a batch of unequal lengths', async () => {
    expectClose(await run.batch());
  });

  test('several sequences packed in one row', async () => {
    expectClose(await run.packed());
  });

  test('64 tokens: cached, uncached and the reference are the same', async () => {
    const { tokens, leastMargin } = run.golden.generated;
    expect(tokens).toHaveLength(64);
    expect(leastMargin).toBeGreaterThan(TIE);
    expect(await run.uncachedTokens()).toEqual(tokens);
    expect(await run.cachedTokens()).toEqual(tokens);
  });

  test('rows of unequal lengths decoded together', async () => {
    expectClose(await run.together(12));
  });

  test('features that are what tokens are embedded as are the tokens, to the bit', async () => {
    for (const { seen, read } of await run.withFeatures()) expect(seen).toEqual(read);
  });

  test('an adapter on every linear layer', async () => {
    expectClose(await run.adapter());
    expectClose(await run.mergedAdapter());
  });

  test('gradients beside features that are what tokens are embedded as are those of tokens', async () => {
    const { seen, read } = await run.gradientsWithFeatures();
    expect(read.some((x) => x !== 0)).toBe(true);
    expect(seen).toEqual(read);
  });

  test.each(['lora', 'full'] as const)('gradients: %s', async (kind) => {
    const { difference, loss, trained, wanted } = await run.gradients(kind);
    expectClose(loss);
    expectClose(difference);
    expect(trained).toEqual(wanted);
  });
});
