// What is over holds no image any more, however it ended: not even where its prompt's keys are kept.

import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openCheckpoint } from '#models/checkpoints/checkpoint.js';
import { readServedWeights } from '#models/checkpoints/served-weights.js';
import { Lanes } from './lanes.js';

const MODEL = 'models/lethe-tiny';
const HIDDEN = 256;
const COUNT = 100;
const IMAGE = 9;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

let lanes: Lanes;
let said = 0;
beforeAll(async () => {
  const checkpoint = await openCheckpoint(MODEL);
  lanes = new Lanes({
    config: checkpoint.config,
    weights: await readServedWeights(checkpoint, { precision: 'float32', halfWeights: false }),
    tokenizer: await checkpoint.tokenizer(),
    compute: { device: 'cpu', threads: 1 },
    maxContext: 512,
    limits: { maxBatch: 4, promptTokens: 40, promptTokensBeside: 40 },
    events: { chunk: () => (said += 1), scored() {}, preempted() {}, failed() {} },
    kvBytes: 2 ** 30,
    prefixBytes: 2 ** 24,
  });
});
afterAll(() => lanes.closeAll());

/** @returns what is to be gone once nobody holds the request's image. */
function ask(id: number): WeakRef<Float32Array> {
  const data = new Float32Array(COUNT * HIDDEN).fill(id / 100);
  const first = 2048 + id * COUNT;
  const images = { token: IMAGE, shown: [{ first, features: { dims: [COUNT, HIDDEN], data } }] };
  const prompt = [11, ...Array.from({ length: COUNT }, (_, i) => first + i), 12];
  const { generator } = lanes.base.lane;
  const options = { temperature: 0, topP: 1, topK: 0, seed: 0, continues: false, ignoreEos: true };
  generator.generate({ id, owner: '' }, prompt, undefined, {
    ...options,
    maxTokens: 8,
    stop: [],
    images,
  });
  return new WeakRef(data);
}

test.each([
  ['cancelled before it is read', 0],
  ['cancelled in the midst of its image', 2],
  ['cancelled while it answers', 5],
  ['answered', Infinity],
])('%s', async (_, rounds) => {
  said = 0;
  const data = ask(1 + Math.min(rounds, 9));
  for (let i = 0; i < rounds && !lanes.base.lane.generator.isIdle; i++) await lanes.takeRound();
  collect();
  if (Number.isFinite(rounds)) expect(data.deref()).toBeDefined();
  expect(said).toBe({ 0: 0, 2: 0, 5: 3 }[rounds] ?? 8);
  lanes.cancel(1 + Math.min(rounds, 9));
  await lanes.takeRound();
  await setImmediate();
  collect();
  expect(data.deref()).toBeUndefined();
  expect(lanes.base.lane.generator.isIdle).toBe(true);
});
