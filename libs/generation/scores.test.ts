// Scores of completions, by the model, by adapters and by parts of them.

import { describe, expect, test } from 'vitest';
import { mergeAdapter } from '#models/adapters/adapter-algebra.js';
import { wholeModel, writeAdapter } from '#models/adapters/adapter-files.js';
import { traceOf } from '#models/passes/trace.js';
import { rounded } from '#models/rounding/rounding.js';
import type { TensorData } from '#models/types.js';
import { referenceLogits } from '#testing/reference-llama.js';
import { TINY_CONFIG, tinyWeights } from '#testing/tiny-model.js';
import { ADAPTER, prompt, useTinyEngine } from './testing/tiny-engine.js';

const given = useTinyEngine();
const { answer } = given;

/** Log-probabilities of a completion's tokens by the reference. */
function expectedScores(
  weights: ReadonlyMap<string, TensorData>,
  { prompt: start, completion }: { prompt: number[]; completion: number[] },
  adapter?: typeof ADAPTER,
): number[] {
  const logits = referenceLogits(TINY_CONFIG, weights, [...start, ...completion], adapter);
  return completion.map((id, t) => {
    const row = logits[start.length + t - 1]!;
    return row[id]! - Math.log(row.reduce((sum, value) => sum + Math.exp(value), 0));
  });
}

test('scores are natural log-probabilities of the completion, token by token', async () => {
  const items = [
    { prompt: prompt('Who?'), completion: prompt('Ada') },
    { prompt: prompt('Where did it happen?'), completion: prompt('here') },
  ];
  const scores = await given.engine.score(items, { adapter: 'forgets' });
  for (const [i, item] of items.entries()) {
    const expected = expectedScores(tinyWeights(), item, ADAPTER);
    for (const [t, value] of expected.entries()) expect(scores[i]!.tokens[t]).toBeCloseTo(value, 3);
    expect(scores[i]!.sum).toBeCloseTo(
      expected.reduce((a, b) => a + b),
      3,
    );
  }
  expect(await given.engine.score([])).toEqual([]);
  expect(await given.engine.score([{ prompt: prompt('Who?'), completion: [] }])).toEqual([
    { sum: 0, tokens: [] },
  ]);
});

test('scores asked for at once are those asked for one after the other', async () => {
  const items = ['Ada', 'Ada was here', 'Bo', '', 'Ada', 'C'.repeat(40)].map((text) => ({
    prompt: prompt('Who?'),
    completion: prompt(text),
  }));
  const ask = (item: (typeof items)[number], owner: string, adapter?: string) =>
    given.engine.score([item], { owner, kind: 'detail', ...(adapter ? { adapter } : {}) });
  const asked = items.flatMap((item) =>
    [undefined, 'forgets'].flatMap((adapter) =>
      ['a', 'b'].map((owner) => [item, owner, adapter] as const),
    ),
  );
  const atOnce = await Promise.all(asked.map((one) => ask(...one)));
  for (const [i, one] of asked.entries()) expect(await ask(...one)).toEqual(atOnce[i]);
});

test('one of several scores asked for at once can be cancelled', async () => {
  const item = { prompt: prompt('Who?'), completion: prompt('Ada was here') };
  const cancel = new AbortController();
  const all = Array.from({ length: 20 }, (_, i) =>
    given.engine.score([item], i === 7 ? { signal: cancel.signal } : {}),
  );
  cancel.abort(new Error('left'));
  const ended = await Promise.allSettled(all);
  expect(ended.filter(({ status }) => status === 'rejected')).toHaveLength(1);
  expect(ended[7]).toMatchObject({ status: 'rejected' });
});

describe('transformed', () => {
  const items = [{ prompt: prompt('Who was it?'), completion: prompt('Ada Byron') }];
  const close = async (adapter: string, expected: number[]): Promise<void> => {
    const [score] = await given.engine.score(items, { adapter });
    given.engine.unloadAdapter(adapter);
    for (const [t, value] of expected.entries()) expect(score!.tokens[t]).toBeCloseTo(value, 3);
  };

  test('an adapter at half its scale is the one with half its alpha', async () => {
    await given.engine.loadAdapter('half', writeAdapter(ADAPTER), { scale: 0.5 });
    await given.engine.loadAdapter('weak', writeAdapter({ ...ADAPTER, alpha: ADAPTER.alpha / 2 }));
    const [half] = await given.engine.score(items, { adapter: 'half' });
    expect(await given.engine.score(items, { adapter: 'weak' })).toEqual([half]);
    expect(await given.engine.score(items, { adapter: 'forgets' })).not.toEqual([half]);
    given.engine.unloadAdapter('weak');
    given.engine.unloadAdapter('half');
  });

  test('half of whole tensors lies in the middle between them and the base model', async () => {
    const [base, whole] = [tinyWeights(), tinyWeights(TINY_CONFIG, 5)];
    const middle = new Map(
      [...base].map(([name, { dims, data }]) => [
        name,
        { dims, data: data.map((x, i) => (x + whole.get(name)!.data[i]!) / 2) },
      ]),
    );
    await given.engine.loadAdapter('middle', writeAdapter(wholeModel(whole)), { scale: 0.5 });
    await close('middle', expectedScores(middle, items[0]!));
  });

  test.each(['int8', 'nf4'] as const)(
    'the linear layers are rounded to %s with the adapter merged in, all else is not',
    async (rounding) => {
      const merged = tinyWeights();
      for (const [name, { transposed }] of traceOf(TINY_CONFIG).linears) {
        const tensor = merged.get(name)!;
        mergeAdapter(ADAPTER, name, tensor);
        merged.set(name, rounded(tensor, rounding, transposed));
      }
      await given.engine.loadAdapter(rounding, writeAdapter(ADAPTER), { rounding });
      await close(rounding, expectedScores(merged, items[0]!));
      const start = prompt('Who was it?');
      await given.engine.loadAdapter('rounded base', undefined, { rounding });
      const base = await answer({ prompt: start, adapter: 'rounded base', maxTokens: 2 });
      expect(base.ids.length).toBeGreaterThan(0);
      expect(await given.engine.score(items, { adapter: 'rounded base' })).not.toEqual(
        await given.engine.score(items),
      );
      given.engine.unloadAdapter('rounded base');
    },
  );
});
