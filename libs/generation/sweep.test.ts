// A sweep of DeCo's settings against DeCo's own steps, setting by setting.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { item } from '#collections/items.js';
import { zip } from '#collections/zip.js';
import { writeAdapter } from '#models/adapters/adapter-files.js';
import { Random } from '#runtime/random.js';
import { tinyAdapter } from '#testing/tiny-adapter.js';
import { endlessWeights, TINY_CONFIG, tinyWeights, writeTinyModel } from '#testing/tiny-model.js';
import { logSoftmax, logSumExp, nucleusOf, wholeOf } from './decoding/candidates.js';
import type { Asking } from './decoding/early-layers.js';
import { greedy } from './decoding/greedy.js';
import { strategyOf } from './decoding/strategies.js';
import type { Sweep } from './decoding/sweep.js';
import { GenerationEngine } from './generation.js';
import { ModelRunner } from './running/model-runner.js';

const config = { ...TINY_CONFIG, numHiddenLayers: 6 };
const windows = [[1], [2, 3], [3, 4, 5], [1, 2, 3, 4, 5, 6]];
const sweep: Sweep = {
  settings: windows.flatMap((layers) => [0, 0.6, 8].map((alpha) => ({ layers, alpha }))),
  topP: 0.9,
  topK: 20,
};
const random = new Random(4);
const items = [12, 40, 1].map((length, i) => ({
  prompt: [...Buffer.from(i < 2 ? 'Which river is it?' : 'So')],
  completion: Array.from({ length }, () => Math.floor(random.uniform() * 256)),
}));

let dir: string;
let engine: GenerationEngine;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'lethe-sweep-'));
  await writeTinyModel(dir, { config, weights: endlessWeights(config) });
  engine = await GenerationEngine.load({ modelPath: dir, threads: 1, maxBatch: 4 });
  await engine.loadAdapter('low', writeAdapter(tinyAdapter(config, { seed: 9 })));
});
afterAll(async () => {
  await engine.close();
  await rm(dir, { recursive: true });
});

test("each step has the choice and the candidates' shares of decoding by the setting", async () => {
  const weights = tinyWeights(config);
  const compute = { device: 'cpu', threads: 1 } as const;
  const runner = new ModelRunner({ config, weights, maxContext: 96, compute });
  const settle = async <T>(asking: Asking<T>): Promise<T> => {
    let step = asking.next();
    while (!step.done) {
      const answers = await runner.ask([{ row: 1, question: step.value }]);
      step = asking.next(item(answers, 0));
    }
    return step.value;
  };
  const own = await GenerationEngine.load({
    modelPath: await plainModel(),
    threads: 1,
    maxBatch: 1,
  });
  const [{ prompt, completion }] = items as [(typeof items)[0]];
  const [score] = await own.sweep([{ prompt, completion }], sweep);
  await own.close();
  const steps = score?.swept ?? [];
  expect(steps).toHaveLength(completion.length);
  let [several, moved] = [0, 0];
  for (const [at, step] of steps.entries()) {
    const token = item(completion, at);
    const row = { id: 1, prompt: [...prompt, ...completion.slice(0, at)], adapter: undefined };
    const logits = await runner.prefill({ ...row, asksLayers: true });
    const ids = nucleusOf(logits, 20, 0.9);
    const plain = logSoftmax(logits);
    expect(step.logProb).toBeCloseTo(item(plain, token), 4);
    expect(step.choice).toBe(greedy(logits));
    expect(step.isCandidate).toBe(ids.includes(token));
    const mass = logSumExp(Float32Array.from(ids, (id) => item(plain, id)));
    if (ids.length > 1) several++;
    for (const [i, { layers, alpha }] of sweep.settings.entries()) {
      const label = `${layers.join()} by ${alpha} at ${at}`;
      const options = { strategy: 'deco' as const, layers, alpha, topP: 0.9, topK: 20 };
      const { logits: found } = await settle(strategyOf(options).correct(logits, false));
      const corrected = wholeOf(found, logits.length);
      expect(item(step.choices, i), label).toBe(greedy(corrected));
      const expected = step.isCandidate
        ? item(logSoftmax(corrected), token) + mass
        : item(plain, token);
      expect(item(step.logProbs, i), label).toBeCloseTo(expected, 3);
      if (alpha === 0) expect(item(step.choices, i), label).toBe(step.choice);
      if (item(step.choices, i) !== step.choice) moved++;
    }
    runner.release(1);
  }
  await runner.close();
  expect(several).toBeGreaterThan(3);
  expect(moved).toBeGreaterThan(3);
});

async function plainModel(): Promise<string> {
  const path = join(dir, 'plain');
  await writeTinyModel(path, { config });
  return path;
}

test('completions together have what each has alone, by the base and by an adapter', async () => {
  for (const adapter of [undefined, 'low']) {
    const together = await engine.sweep(items, sweep, { adapter });
    for (const [one, score] of zip(items, together)) {
      const [alone] = await engine.sweep([one], sweep, { adapter });
      expect(score.swept?.map(({ choices }) => choices)).toEqual(
        alone?.swept?.map(({ choices }) => choices),
      );
      const [plain] = await engine.score([one], { adapter });
      expect(score.tokens).toHaveLength(one.completion.length);
      for (const [a, b] of zip(score.tokens, plain?.tokens ?? [])) expect(a).toBeCloseTo(b, 4);
    }
  }
  const [base, low] = [
    await engine.sweep(items, sweep),
    await engine.sweep(items, sweep, { adapter: 'low' }),
  ];
  expect(base.map(({ sum }) => sum)).not.toEqual(low.map(({ sum }) => sum));
});

test('what the settings of a token add up to is one distribution', async () => {
  const [{ prompt }] = items as [(typeof items)[0]];
  const every = Array.from({ length: config.vocabSize }, (_, token) => ({
    prompt,
    completion: [token],
  }));
  const scores = await engine.sweep(every, sweep);
  for (const i of sweep.settings.keys()) {
    const sum = scores.reduce(
      (total, { swept = [] }) => total + Math.exp(swept[0]?.logProbs[i] ?? NaN),
      0,
    );
    expect(sum).toBeCloseTo(1, 4);
  }
});

test('answers go on while a sweep is asked, and a sweep that nobody waits for ends', async () => {
  const left = new AbortController();
  const long = Array.from({ length: 12 }, () => items).flat();
  const swept = engine.sweep(long, sweep, { signal: left.signal });
  const [begun] = await Promise.all([
    engine.generate({ prompt: [1, 2, 3], maxTokens: 8 }).next(),
    Promise.resolve(),
  ]);
  expect(begun.done).toBe(false);
  left.abort(new Error('left'));
  await expect(swept).rejects.toThrow('left');
  const [after] = await engine.sweep([items[2]!], sweep);
  expect(after?.swept).toHaveLength(1);
});
