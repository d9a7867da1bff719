// Whatever arrives, is read in parts, makes room, is cancelled and ends beside an answer: it is the
// answer alone.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { wholeModel, writeAdapter } from '#models/adapters/adapter-files.js';
import { openCheckpoint } from '#models/checkpoints/checkpoint.js';
import { readServedWeights } from '#models/checkpoints/served-weights.js';
import type { TensorData } from '#models/types.js';
import { Random } from '#runtime/random.js';
import { tinyAdapter } from '#testing/tiny-adapter.js';
import { GenerationEngine } from './generation.js';

const MODEL = 'models/lethe-tiny';
const MODELS = [undefined, 'one', 'two', 'three', 'tuned'];
const VOCABULARY = 2048;
/** Keys and values of a token take 4 KiB: a row of 512 tokens, or four of up to 128; or for all. */
const ROOMS = { tight: 512 * 4096, wide: 2 ** 30 };

const CASES = [
  { precision: 'float32', room: 'tight' },
  { precision: 'int8', room: 'wide' },
  { precision: 'int8', room: 'tight' },
  { precision: 'int4', room: 'wide' },
  { precision: 'int4', room: 'tight' },
] as const;

interface Asked {
  readonly prompt: readonly number[];
  readonly adapter: string | undefined;
  readonly maxTokens: number;
  readonly temperature: number;
  readonly seed: number;
  readonly owner: string;
  readonly atOnce: boolean;
}

/** Short and long prompts, greedy and seeded, told as they come and at once, of two owners. */
function questions(random: Random, count: number): Asked[] {
  return Array.from({ length: count }, (_, seed) => ({
    prompt: Array.from({ length: 1 + random.below(seed % 3 ? 40 : 250) }, () =>
      random.below(VOCABULARY),
    ),
    adapter: MODELS[seed % MODELS.length],
    maxTokens: 1 + (seed % 3 ? 100 + random.below(50) : random.below(9)),
    temperature: seed % 2 ? 0.7 : 0,
    seed,
    owner: `owner ${random.below(2)}`,
    atOnce: random.below(4) === 0,
  }));
}

describe.each(CASES)('in $precision, with $room room', ({ precision, room }) => {
  let engine: GenerationEngine;
  beforeAll(async () => {
    engine = await GenerationEngine.load({
      modelPath: MODEL,
      threads: 1,
      maxBatch: 4,
      precision,
      kvBytes: ROOMS[room],
      prefixBytes: ROOMS.wide,
    });
    for (const [seed, r] of [4, 8, 5].entries())
      await engine.loadAdapter(
        MODELS[1 + seed]!,
        writeAdapter(tinyAdapter(engine.config, { seed, r })),
      );
    const weights = await readServedWeights(await openCheckpoint(MODEL), {
      precision: 'float32',
      halfWeights: false,
    });
    const tuned = new Map(
      [...(weights as ReadonlyMap<string, TensorData>)].map(([name, { dims, data }]) => [
        name,
        { dims, data: data.map((x) => 1.02 * x) },
      ]),
    );
    await engine.loadAdapter('tuned', writeAdapter(wholeModel(tuned)));
  });
  afterAll(() => engine.close());

  /** @param leaves after how many tokens; undefined: at the end. */
  async function answer(asked: Asked, leaves?: number): Promise<number[]> {
    const tokens: number[] = [];
    for await (const { tokenIds } of engine.generate({ ...asked, ignoreEos: true })) {
      tokens.push(...tokenIds);
      if (leaves !== undefined && tokens.length >= leaves) break;
    }
    return tokens;
  }

  test('answers beside others are those of alone', async () => {
    const random = new Random('interleaved', precision);
    const asked = questions(random, 10);
    const others: Promise<unknown>[] = [];
    const begun: Promise<number[]>[] = [];
    for (const one of asked) {
      begun.push(answer(one));
      // Some leave in the midst, of their prompts too.
      const left = AbortSignal.timeout(random.below(60));
      const [other] = questions(random, 1) as [Asked];
      others.push(
        (async () => {
          for await (const _ of engine.generate({ ...other, ...one, maxTokens: 50, signal: left }));
        })().catch(() => undefined),
        answer({ ...other, prompt: one.prompt }, 3),
      );
      // The next ones arrive while these are under way.
      if (begun.length % 6 === 0) await Promise.race(begun.slice(-3));
    }
    const together = await Promise.all(begun);
    await Promise.all(others);
    expect((await engine.figures()).preemptions > 0).toBe(room === 'tight');
    const alone: number[][] = [];
    for (const one of asked) alone.push(await answer(one));
    expect(together).toEqual(alone);
  });
});
