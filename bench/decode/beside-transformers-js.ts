// Next to transformers.js on a model of the same shape.

import { join } from 'node:path';
import type { ServedPrecision } from '#contracts/served-precision.js';
import { exists } from '../inputs.js';
import { ggufOf, nameOf, type Options, PAST, ratioOf, type Row } from './comparison.js';
import { startForked } from './forked.js';
import { openLethe } from './lethe.js';
import type { Storage } from './random-gguf.js';
import type { Turn } from './turn.js';

const SETUP = 'bench/decode/transformers-js.sh';

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

/** Ratios are null where it is not installed. */
export async function besideTransformersJs(folder: string, options: Options): Promise<Row[]> {
  const model = join(folder, 'models/smollm2-135m');
  const isThere = await exists(join(model, 'onnx/model_quantized.onnx'));
  if (!isThere)
    console.error(`transformers.js is not in ${folder}, its ratios are null: run ${SETUP}`);
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
    const path = await ggufOf(options, storage);
    const peer = await startForked({
      script: './transformers-js-process.js',
      args: [folder, model, dtype, String(options.threads)],
      setup: SETUP,
    });
    const ours = await openLethe(path, precision, options.threads);
    for (const turn of asked)
      table.push(rowOf(turn, await ratioOf(ours.take, peer.take, turn, options.rounds)));
    peer.close();
    await ours.close();
  }
  return table;
}
