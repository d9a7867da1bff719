// npm run bench:decode: a step of inference next to node-llama-cpp's on the same GGUF files and next to
// transformers.js's on a model of the same shape, and many requests at once next to vLLM's, in turns: the machine's speed drifts, so that only what follows each
// other at once is compared. Exits 1 where a bar is missed.

import { access, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as rest } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { zip } from '#collections/zip.js';
import type { ServedPrecision } from '#contracts/served-precision.js';
import { median } from '#metrics/statistics.js';
import { exists } from '../inputs.js';
import { adaptedModel } from './adapted-model.js';
import { ADAPTERS, cases, ratioOfServers } from './concurrent.js';
import { type Peer, startForked } from './forked.js';
import { openServer } from './lethe-server.js';
import { type Ours, openLethe } from './lethe.js';
import { type Storage, writeRandomGguf } from './random-gguf.js';
import type { Contestant, Turn } from './turn.js';
import { pythonOf, startVllm } from './vllm.js';

const { values: args } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    peer: { type: 'string', default: '.lethe/bench/llama' },
    /** A virtual environment with vLLM: bench/decode/vllm.sh makes it. */
    vllm: { type: 'string', default: '.lethe/bench/vllm' },
    /** A folder for a model with adapters; what is missing is made. */
    adapted: { type: 'string', default: '.lethe/bench/adapted' },
    /** A folder with transformers.js and its model: bench/decode/transformers-js.sh makes it. */
    'transformers-js': { type: 'string', default: '.lethe/bench/transformers-js' },
    only: { type: 'string', default: 'llama,transformers-js,vllm' },
    /** A folder with q8_0.gguf, q4_0.gguf and f16.gguf; those that are missing are made. */
    models: { type: 'string', default: '.lethe/bench/gguf' },
    rounds: { type: 'string', default: '9' },
    threads: { type: 'string', default: '2' },
  },
});
const [rounds, threads] = [Number(args.rounds), Number(args.threads)];
/** Tokens before those that are decoded; long enough a rest for the other side's threads to sleep. */
const [PAST, REST_MS] = [128, 20];

interface Row {
  readonly name: string;
  readonly peer: string;
  /** How many times as fast as the peer; null where it is not installed. */
  readonly ratio: number | null;
  readonly bar: number;
}

const files: readonly {
  storage: Storage;
  precision: ServedPrecision;
  label: string;
  rows: readonly (Omit<Turn, 'past'> & { bar: number })[];
}[] = [
  {
    storage: 'Q8_0',
    precision: 'int8',
    label: '8 bits',
    rows: [
      { rows: 1, steps: 6, bar: 2 },
      { rows: 8, steps: 3, bar: 2.4 },
      { rows: 16, steps: 2, bar: 2.4 },
      { rows: 1, steps: 1, prompt: 512, bar: 3.5 },
    ],
  },
  {
    storage: 'Q4_0',
    precision: 'int4',
    label: '4 bits',
    rows: [
      { rows: 1, steps: 6, bar: 1.2 },
      { rows: 8, steps: 3, bar: 1.4 },
    ],
  },
  {
    storage: 'F16',
    precision: 'float32',
    label: 'float32',
    rows: [{ rows: 8, steps: 3, bar: 1 }],
  },
];

/** @returns the median, over rounds, of b's time over a's. */
async function ratioOf(a: Contestant, b: Contestant, turn: Turn): Promise<number> {
  await a({ ...turn, steps: 1 });
  await b({ ...turn, steps: 1 });
  const ratios: number[] = [];
  for (let round = 0; round < rounds; round++) {
    // Whoever comes second in one round is first in the next.
    const times = new Map<Contestant, number>();
    for (const side of round % 2 ? [b, a] : [a, b]) {
      await rest(REST_MS);
      times.set(side, median(await side(turn)));
    }
    ratios.push(times.get(b)! / times.get(a)!);
  }
  return median(ratios);
}

const nameOf = (label: string, { rows, prompt }: Turn): string =>
  prompt ? `${label}, prompt of ${prompt}` : `${label}, batch ${rows}`;

async function compare(ours: Ours, peer: Peer, file: (typeof files)[number]): Promise<Row[]> {
  const table: Row[] = [];
  for (const { bar, ...row } of file.rows) {
    const turn = { ...row, past: PAST };
    const ratio = await ratioOf(ours.take, peer.take, turn);
    table.push({
      name: nameOf(file.label, turn),
      peer: `node-llama-cpp ${file.storage}`,
      ratio,
      bar,
    });
  }
  if (file.storage !== 'Q8_0') return table;
  const turn = { rows: 16, past: PAST, steps: 2 };
  const ratio = await ratioOf(ours.takeAdapted, ours.take, turn);
  table.push({ name: `${file.label}, 16 adapters in batch 16`, peer: 'none', ratio, bar: 0.9 });
  return table;
}

async function ggufOf(storage: Storage): Promise<string> {
  await mkdir(args.models, { recursive: true });
  const path = join(args.models, `${storage.toLowerCase()}.gguf`);
  await access(path).catch(() => writeRandomGguf(path, storage));
  return path;
}

async function besideLlama(): Promise<Row[]> {
  const peerModule = join(args.peer, 'node_modules', 'node-llama-cpp');
  if (!(await exists(peerModule))) {
    console.error(
      `error: there is no ${peerModule}: run bench/decode/setup.sh, or name its folder by --peer`,
    );
    process.exit(1);
  }
  const table: Row[] = [];
  for (const file of files) {
    const path = await ggufOf(file.storage);
    const peer = await startForked({
      script: './llama-process.js',
      args: [args.peer, path, String(threads)],
      setup: 'bench/decode/setup.sh',
    });
    const ours = await openLethe(path, file.precision, threads);
    table.push(...(await compare(ours, peer, file)));
    peer.close();
    await ours.close();
  }
  return table;
}

/** A user of Node would take it, so that no turn may be slower than its. */
const ofTransformersJs: readonly {
  dtype: string;
  precision: ServedPrecision;
  label: string;
  /** Of the same shape. */
  storage: Storage;
}[] = [
  { dtype: 'fp32', precision: 'float32', label: 'float32', storage: 'F16' },
  { dtype: 'q8', precision: 'int8', label: '8 bits', storage: 'Q8_0' },
];
const turns: readonly Omit<Turn, 'past'>[] = [
  { rows: 1, steps: 6 },
  { rows: 8, steps: 3 },
  { rows: 1, steps: 1, prompt: 512 },
];

async function besideTransformersJs(): Promise<Row[]> {
  const [folder, setup] = [args['transformers-js'], 'bench/decode/transformers-js.sh'];
  const model = join(folder, 'models/smollm2-135m');
  const isThere = await exists(join(model, 'onnx/model_quantized.onnx'));
  if (!isThere)
    console.error(`transformers.js is not in ${folder}, its ratios are null: run ${setup}`);
  const table: Row[] = [];
  for (const { dtype, precision, label, storage } of ofTransformersJs) {
    const asked = turns.map((turn) => ({ ...turn, past: PAST }));
    const rowOf = (turn: Turn, ratio: number | null): Row => ({
      name: nameOf(label, turn),
      peer: `transformers.js ${dtype}`,
      ratio,
      bar: 1,
    });
    if (!isThere) {
      table.push(...asked.map((turn) => rowOf(turn, null)));
      continue;
    }
    const path = await ggufOf(storage);
    const peer = await startForked({
      script: './transformers-js-process.js',
      args: [folder, model, dtype, String(threads)],
      setup,
    });
    const ours = await openLethe(path, precision, threads);
    for (const turn of asked) table.push(rowOf(turn, await ratioOf(ours.take, peer.take, turn)));
    peer.close();
    await ours.close();
  }
  return table;
}

async function besideVllm(): Promise<Row[]> {
  const rows = cases.map(({ name, bar }): Row => ({
    name,
    peer: 'vLLM float32',
    ratio: null,
    bar,
  }));
  if (!(await exists(pythonOf(args.vllm)))) {
    console.error(`vLLM is not in ${args.vllm}, its ratios are null: run bench/decode/vllm.sh`);
    return rows;
  }
  const model = await adaptedModel(args.adapted, ADAPTERS);
  // One place more than there are adapters: base rows would be answered by the last one.
  const peer = await startVllm(args.vllm, model, ADAPTERS + 1, threads);
  const ours = await openServer(model, threads);
  const table: Row[] = [];
  for (const [row, { requests }] of zip(rows, cases))
    table.push({ ...row, ratio: await ratioOfServers(ours, peer, requests, rounds) });
  await peer.close();
  await ours.close();
  return table;
}

const peers = {
  llama: besideLlama,
  'transformers-js': besideTransformersJs,
  vllm: besideVllm,
};
const table: Row[] = [];
for (const [name, beside] of Object.entries(peers))
  if (args.only.split(',').includes(name)) table.push(...(await beside()));
if (args.json) console.log(JSON.stringify(table));
else console.table(table);
if (table.some(({ ratio, bar }) => ratio !== null && ratio < bar)) process.exitCode = 1;
