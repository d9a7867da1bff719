// Rows of the base and of adapters of several ranks that come and go: each has the logits of alone.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { item } from '#collections/items.js';
import { zip } from '#collections/zip.js';
import { servedPrecisions, type ServedPrecision } from '#contracts/served-precision.js';
import { openCheckpoint } from '#models/checkpoints/checkpoint.js';
import { readServedWeights } from '#models/checkpoints/served-weights.js';
import { Random } from '#runtime/random.js';
import { largestDifference } from '#testing/golden.js';
import { tinyAdapter } from '#testing/tiny-adapter.js';
import { TINY_CONFIG, writeTinyModel } from '#testing/tiny-model.js';
import { loadAdapter } from './adapter-rows.js';
import { ModelRunner } from './model-runner.js';

const ADAPTERS = [
  undefined,
  ...[2, 5, 12, 20].map((r) => loadAdapter(tinyAdapter(TINY_CONFIG, { r, seed: r }), TINY_CONFIG)),
];
const TOKENS = 6;
const MOST_ROWS = 9;

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'lethe-rows-'));
  await writeTinyModel(dir);
});
afterAll(() => rm(dir, { recursive: true }));

async function runnerOf(precision: ServedPrecision): Promise<ModelRunner> {
  const checkpoint = await openCheckpoint(dir);
  const weights = await readServedWeights(checkpoint, { precision, halfWeights: false });
  const compute = { device: 'cpu', threads: 1 } as const;
  return new ModelRunner({ config: checkpoint.config, weights, maxContext: 256, compute });
}

/** What it says next is given; what is compared are the logits. */
class Row {
  readonly tokens: number[] = [];
  readonly logits: Float32Array[] = [];
  readonly prompt: readonly number[];
  readonly adapter;

  constructor(
    readonly id: number,
    readonly seed: number,
    which: number,
  ) {
    this.prompt = Array.from({ length: 2 + (seed % 5) }, (_, i) => (seed * 31 + i * 7) % 256);
    this.adapter = item(
      ADAPTERS.map((adapter) => [adapter]),
      which,
    )[0];
  }
  get last(): number {
    return item(this.tokens, this.tokens.length - 1);
  }
  get isDone(): boolean {
    return this.tokens.length === TOKENS;
  }
  speak(): void {
    this.tokens.push((this.seed * 13 + this.tokens.length * 5) % 256);
  }
}

async function decode(runner: ModelRunner, rows: readonly Row[]): Promise<void> {
  for (const row of rows) row.speak();
  for (const [row, logits] of zip(rows, await runner.decode(rows))) row.logits.push(logits.slice());
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength);

test.each(servedPrecisions)('in %s', async (precision) => {
  const runner = await runnerOf(precision);
  const random = new Random(7, 'rows');
  const done: Row[] = [];
  let running: Row[] = [];
  for (let id = 0; done.length < 40;) {
    while (running.length < MOST_ROWS && random.uniform() < 0.6) {
      // Squared, so that adapters differ in how many rows they have.
      const which = Math.floor(random.uniform() ** 2 * ADAPTERS.length);
      const row = new Row(id++, Math.floor(random.uniform() * 1000), which);
      await runner.prefill(row);
      running.push(row);
    }
    if (running.length > 0) await decode(runner, running);
    for (const { id: over } of running.filter(({ isDone }) => isDone)) runner.release(over);
    done.push(...running.filter(({ isDone }) => isDone));
    running = running.filter(({ isDone }) => !isDone);
  }
  for (const { id } of running) runner.release(id);
  for (const { id, seed, adapter, logits } of done) {
    const alone = new Row(id, seed, ADAPTERS.indexOf(adapter));
    // The base's products of a lone row may be another kernel's but in 8 bits.
    const beside = precision === 'int8' ? [] : [new Row(-1, 3, 0)];
    for (const row of [alone, ...beside]) await runner.prefill(row);
    while (!alone.isDone) await decode(runner, [alone, ...beside]);
    for (const row of [alone, ...beside]) runner.release(row.id);
    for (const [together, own] of zip(logits, alone.logits))
      // Of float32 the base's own kernels differ by a bit with the number of rows, if seldom.
      if (precision === 'float32') expect(largestDifference(together, own)).toBeLessThan(1e-5);
      else expect(bytesOf(together).equals(bytesOf(own))).toBe(true);
  }
  await runner.close();
});
