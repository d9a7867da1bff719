import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Adapter } from '#models/adapters/adapter.js';
import { referenceDistribution } from '#testing/reference-distribution.js';
import { referenceLogits } from '#testing/reference-llama.js';
import { tinyAdapter } from '#testing/tiny-adapter.js';
import { TINY_CONFIG, tinyWeights } from '#testing/tiny-model.js';
import { type LoadedAdapter, loadAdapter } from './adapter-rows.js';
import type { ScoreKind } from './graphs.js';
import { ModelRunner } from './model-runner.js';
import { type BatchLimits, scoreRows, takeBatch } from './score-batch.js';
import { type Score, scoresOf } from './score.js';

const WEIGHTS = tinyWeights();
const FIRST = tinyAdapter(TINY_CONFIG, { seed: 3 });
const SECOND = tinyAdapter(TINY_CONFIG, {
  r: 5,
  alpha: 5,
  seed: 4,
  targetModules: ['q_proj', 'up_proj'],
});

let runner: ModelRunner;
beforeAll(() => {
  runner = new ModelRunner({
    config: TINY_CONFIG,
    weights: WEIGHTS,
    maxContext: 256,
    compute: { device: 'cpu', threads: 1 },
  });
});
afterAll(() => runner.close());

function expectClose(actual: Float32Array, expected: readonly number[]): void {
  const worst = expected.reduce((max, value, i) => Math.max(max, Math.abs(value - actual[i]!)), 0);
  expect(worst).toBeLessThan(2e-4);
}

const ids = (length: number, seed: number): number[] =>
  Array.from({ length }, (_, i) => (i * 37 + seed * 11) % 256);

class Row {
  private at: number;
  readonly adapter;

  constructor(
    readonly id: number,
    readonly all: readonly number[],
    readonly start: number,
    readonly lora?: Adapter,
  ) {
    this.at = start;
    this.adapter = lora && loadAdapter(lora, TINY_CONFIG);
  }
  get prompt(): readonly number[] {
    return this.all.slice(0, this.start);
  }
  get tokens(): readonly number[] {
    return this.all.slice(this.start, this.at + 1);
  }
  get last(): number {
    return this.all[this.at]!;
  }
  advance(): void {
    this.at++;
  }
  expected(): number[][] {
    return referenceLogits(TINY_CONFIG, WEIGHTS, this.all, this.lora);
  }
}

test('prefill and decode steps give the logits of the reference', async () => {
  const row = new Row(1, ids(90, 1), 5);
  const expected = row.expected();
  expectClose(await runner.prefill(row), expected[4]!);
  for (let at = 5; at < 90; at++) {
    const [logits] = await runner.decode([row]);
    expectClose(logits!, expected[at]!);
    row.advance();
  }
  runner.release(1);
});

test.each([1, 7, 64])('a prompt in parts of %i tokens is what it is at once', async (count) => {
  const [long, beside] = [new Row(1, ids(150, 1), 130, FIRST), new Row(2, ids(60, 2), 9, SECOND)];
  const expected = [long.expected(), beside.expected()] as const;
  expectClose(await runner.prefill(beside), expected[1][8]!);
  let logits = await runner.read(long, count);
  for (let read = count; !logits; read += count) {
    expect(runner.readOf(1)).toBe(read);
    // Others decode meanwhile.
    if (beside.tokens.length < 20) {
      const [other] = await runner.decode([beside]);
      expectClose(other!, expected[1][beside.prompt.length + beside.tokens.length - 1]!);
      beside.advance();
    }
    logits = await runner.read(long, count);
  }
  runner.join(1);
  expectClose(logits, expected[0][129]!);
  for (let at = 130; at < 150; at++) {
    const [own] = await runner.decode([long, beside]);
    expectClose(own!, expected[0][at]!);
    long.advance();
    beside.advance();
  }
  for (const id of [1, 2]) runner.release(id);
});

test('a prompt that is let go in the midst begins anew', async () => {
  const row = new Row(1, ids(40, 6), 30);
  expect(await runner.read(row, 20)).toBeUndefined();
  runner.release(1);
  expect(runner.readOf(1)).toBe(0);
  expectClose(await runner.prefill(row), row.expected()[29]!);
  runner.release(1);
});

test('rows of a batch come and go, each with its own length and adapter', async () => {
  const rows = [
    new Row(1, ids(40, 1), 7, FIRST),
    new Row(2, ids(40, 2), 20),
    new Row(3, ids(80, 3), 3, SECOND),
    new Row(4, ids(80, 4), 70, FIRST),
  ];
  const expected = new Map(rows.map((row) => [row.id, row.expected()]));
  const running: { row: Row; at: number }[] = [];
  const decode = async (tokens: number): Promise<void> => {
    for (let token = 0; token < tokens; token++) {
      const logits = await runner.decode(running.map(({ row }) => row));
      for (const [i, entry] of running.entries()) {
        expectClose(logits[i]!, expected.get(entry.row.id)![entry.at]!);
        entry.row.advance();
        entry.at++;
      }
    }
  };
  const join = async (row: Row): Promise<void> => {
    expectClose(await runner.prefill(row), expected.get(row.id)![row.start - 1]!);
    running.push({ row, at: row.start });
  };
  const leave = (id: number): void => {
    runner.release(id);
    running.splice(
      running.findIndex(({ row }) => row.id === id),
      1,
    );
  };
  await join(rows[0]!);
  await decode(3);
  await join(rows[1]!);
  await join(rows[2]!);
  await decode(4);
  leave(1); // the last row moves into its place
  await decode(3);
  await join(rows[3]!); // makes the cache grow
  await decode(5);
  leave(3);
  leave(4);
  await decode(2); // nobody with an adapter is left
  leave(2);
});

describe('scores', () => {
  const items = [
    { prompt: ids(5, 1), completion: ids(3, 2) },
    { prompt: ids(30, 3), completion: ids(9, 4) },
    { prompt: ids(1, 5), completion: ids(1, 6) },
  ];
  const packed = { rows: 8, tokens: 1000, scores: 1e6, steady: Infinity };
  const alone = { ...packed, rows: 1 };
  const scored = async (
    limits: BatchLimits,
    adapter: LoadedAdapter | undefined,
    kind: ScoreKind,
  ): Promise<Score[]> => {
    const scores: Score[] = [];
    for (const waiting = scoreRows(items); waiting.length > 0;) {
      const batch = takeBatch([waiting], limits);
      const found = scoresOf(batch, await runner.score(batch, adapter, kind));
      for (const [i, { index }] of batch.rows.entries()) scores[index] = found[i]!;
    }
    return scores;
  };
  describe.each([
    ['the base model', undefined],
    ['an adapter', FIRST],
  ])('of %s', (_name, adapter) => {
    const loaded = adapter && loadAdapter(adapter, TINY_CONFIG);

    test('are those of the reference, with what else is likely in their places', async () => {
      const scores = await scored(packed, loaded, 'detail');
      for (const [i, { prompt, completion }] of items.entries()) {
        const logits = referenceLogits(TINY_CONFIG, WEIGHTS, [...prompt, ...completion], adapter);
        const expected = completion.map((id, at) => {
          const found = referenceDistribution(logits[prompt.length + at - 1]!);
          return { ...found, logProb: found.logProbs[id]!, isBest: found.best === id };
        });
        const { tokens, sum, detail } = scores[i]!;
        const figures = (of: (place: (typeof expected)[number]) => number): number[] =>
          expected.map(of);
        expectClose(
          Float32Array.from(tokens),
          figures((place) => place.logProb),
        );
        expect(sum).toBe(tokens.reduce((a, b) => a + b, 0));
        expect(detail!.greedy).toEqual(expected.map(({ isBest }) => isBest));
        expectClose(
          Float32Array.from(detail!.mean),
          figures((place) => place.mean),
        );
        expectClose(
          Float32Array.from(detail!.variance),
          figures((place) => place.variance),
        );
      }
    });

    test('by layer are those of models that end there, the last those of the whole', async () => {
      const scores = await scored(packed, loaded, 'lens');
      for (const [i, { prompt, completion }] of items.entries()) {
        const { layers, tokens } = scores[i]!;
        expect(layers).toHaveLength(TINY_CONFIG.numHiddenLayers + 1);
        expect(layers!.at(-1)).toEqual(tokens);
        for (const [numHiddenLayers, logProbs] of layers!.entries()) {
          const config = { ...TINY_CONFIG, numHiddenLayers };
          const logits = referenceLogits(config, WEIGHTS, [...prompt, ...completion], adapter);
          const expected = completion.map(
            (id, at) => referenceDistribution(logits[prompt.length + at - 1]!).logProbs[id]!,
          );
          expectClose(Float32Array.from(logProbs), expected);
        }
      }
    });

    test('are to the bit the same alone and packed, with detail and layers and without', async () => {
      const scores = await scored(packed, loaded, 'lens');
      expect(await scored(alone, loaded, 'lens')).toEqual(scores);
      expect(await scored(packed, loaded, 'detail')).toEqual(
        scores.map(({ layers: _layers, ...score }) => score),
      );
      expect(await scored(packed, loaded, 'score')).toEqual(
        scores.map(({ sum, tokens }) => ({ sum, tokens })),
      );
    });
  });

  test('know the likeliest token', async () => {
    const prompt = ids(12, 7);
    const logits = referenceLogits(TINY_CONFIG, WEIGHTS, prompt);
    const { best } = referenceDistribution(logits.at(-1)!);
    const rows = scoreRows([best, best + 1].map((id) => ({ prompt, completion: [id] })));
    const batch = takeBatch([rows], packed);
    const scores = scoresOf(batch, await runner.score(batch, undefined, 'detail'));
    expect(scores.map(({ detail }) => detail!.greedy)).toEqual([[true], [false]]);
  });
});

test('an adapter for other sizes is refused by the weight', () => {
  const wide = tinyAdapter({ ...TINY_CONFIG, hiddenSize: 64 });
  expect(() => loadAdapter(wide, TINY_CONFIG)).toThrow(
    /model\.layers\.0\.mlp\.down_proj\.weight is \[32, 48\], the adapter is for \[64, 48\]/,
  );
  const deep = tinyAdapter({ ...TINY_CONFIG, numHiddenLayers: 3 });
  expect(() => loadAdapter(deep, TINY_CONFIG)).toThrow(
    /model\.layers\.2\..* which this model does not adapt/,
  );
});
