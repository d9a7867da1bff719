// Next to node-llama-cpp on the same GGUF files.

import { join } from 'node:path';
import type { ServedPrecision } from '#contracts/served-precision.js';
import { exists } from '../inputs.js';
import { ggufOf, nameOf, type Options, PAST, ratioOf, type Row } from './comparison.js';
import { type Peer, startForked } from './forked.js';
import { type Ours, openLethe } from './lethe.js';
import type { Storage } from './random-gguf.js';
import type { Turn } from './turn.js';

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

/** Ends the process where it is not installed. */
export async function besideLlama(folder: string, options: Options): Promise<Row[]> {
  const peerModule = join(folder, 'node_modules', 'node-llama-cpp');
  if (!(await exists(peerModule))) {
    console.error(
      `error: there is no ${peerModule}: run bench/decode/setup.sh, or name its folder by --peer`,
    );
    process.exit(1);
  }
  const table: Row[] = [];
  for (const file of files) {
    const path = await ggufOf(options, file.storage);
    const peer = await startForked({
      script: './llama-process.js',
      args: [folder, path, String(options.threads)],
      setup: 'bench/decode/setup.sh',
    });
    const ours = await openLethe(path, file.precision, options.threads);
    table.push(...(await compare(ours, peer, file, options)));
    peer.close();
    await ours.close();
  }
  return table;
}

async function compare(
  ours: Ours,
  peer: Peer,
  file: (typeof files)[number],
  { rounds }: Options,
): Promise<Row[]> {
  const table: Row[] = [];
  for (const { bar, ...row } of file.rows) {
    const turn = { ...row, past: PAST };
    const ratio = await ratioOf(ours.take, peer.take, turn, rounds);
    table.push({
      name: nameOf(file.label, turn),
      peer: `node-llama-cpp ${file.storage}`,
      ratio,
      bar,
    });
  }
  if (file.storage !== 'Q8_0') return table;
  const turn = { rows: 16, past: PAST, steps: 2 };
  const ratio = await ratioOf(ours.takeAdapted, ours.take, turn, rounds);
  table.push({ name: `${file.label}, 16 adapters in batch 16`, peer: 'none', ratio, bar: 0.9 });
  return table;
}
