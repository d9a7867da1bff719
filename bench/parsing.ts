// CPU time that all stages of a job together spend on reading their sets: upload, checks, shards of
// both evaluations, augmentation and training. `npm run bench:parsing [rows]`.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseExamples } from '#contracts/dataset/dataset.js';
import type { ArtifactSpace } from '#platform/artifacts/artifact-store.js';
import { openExampleSet, putExampleSet, readExampleSet } from '#platform/artifacts/example-set.js';
import { collect, writeStretches } from '#platform/artifacts/stretches.js';
import { openTestStore } from '#testing/temp-store.js';

const SHARD = 32;
const rows = Number(process.argv[2] ?? 40_000);

function file(): Buffer {
  const lines = Array.from({ length: rows }, (_, i) =>
    JSON.stringify({
      question: `In which town was person number ${i} born, as the family says?`,
      answer: `Person number ${i} was born in the town of Tarnholt, and lives there still.`,
    }),
  );
  return Buffer.from(`${lines.join('\n')}\n`);
}

async function evaluate(store: ArtifactSpace, hash: string): Promise<void> {
  const set = await openExampleSet(store, hash);
  for (let from = 0; from < rows; from += SHARD) await collect(set.read(from, from + SHARD));
}

async function cpuOf<T>(work: () => Promise<T>): Promise<[seconds: number, result: T]> {
  const start = process.cpuUsage();
  const result = await work();
  const { user, system } = process.cpuUsage(start);
  return [(user + system) / 1e6, result];
}

let [all, ofStore] = [0, 0];

/** @param bytesOnly moves the same bytes through the store, and parses nothing. */
async function measured<T>(
  stage: string,
  work: () => Promise<T>,
  bytesOnly: () => Promise<unknown>,
): Promise<T> {
  const [seconds, result] = await cpuOf(work);
  const [moving] = await cpuOf(bytesOnly);
  all += seconds;
  ofStore += moving;
  console.log(`| ${stage} | ${seconds.toFixed(2)} | ${moving.toFixed(2)} |`);
  return result;
}

const folder = await mkdtemp(join(tmpdir(), 'lethe-bench-'));
const spaces = await openTestStore(folder);
const store = await spaces.space('bench');
const bytes = file();
const uploaded = await store.put(bytes);
console.log(`${rows} rows, ${bytes.length} bytes, shards of ${SHARD}\n`);
console.log('| stage | s of CPU | moving the bytes alone |\n| --- | --- | --- |');
const hash = await measured(
  'upload: parse, store in stretches',
  async () => {
    const examples = parseExamples(await store.getStream(uploaded));
    return putExampleSet(store, await collect(writeStretches(store, examples)));
  },
  async () => {
    const copy = await spaces.space('bench', 'copy');
    const size = Math.ceil(bytes.length / Math.ceil(rows / 256));
    for (let at = 0; at < bytes.length; at += size) await copy.put(bytes.subarray(at, at + size));
  },
);
const { stretches } = await openExampleSet(store, hash);
const readAll = async (): Promise<void> => {
  for (const stretch of stretches) await store.get(stretch.hash);
};
const readForShards = async (): Promise<void> => {
  for (const stretch of stretches)
    for (let at = 0; at < stretch.rows; at += SHARD) await store.get(stretch.hash);
};
await measured('checks when the job is made', () => readExampleSet(store, hash), readAll);
await measured('judge before, all shards', () => evaluate(store, hash), readForShards);
await measured('augment', () => readExampleSet(store, hash), readAll);
await measured('train', () => readExampleSet(store, hash), readAll);
await measured('judge after, all shards', () => evaluate(store, hash), readForShards);
console.log(`| all | ${all.toFixed(2)} | ${ofStore.toFixed(2)} |`);
console.log(`\nparsing: ${(all - ofStore).toFixed(2)} s of CPU`);
await rm(folder, { recursive: true });
