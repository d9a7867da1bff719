// Many requests at once next to vLLM.

import { zip } from '#collections/zip.js';
import { exists } from '../inputs.js';
import { adaptedModel } from './adapted-model.js';
import type { Options, Row } from './comparison.js';
import { ADAPTERS, cases, ratioOfServers } from './concurrent.js';
import { openServer } from './lethe-server.js';
import { pythonOf, startVllm } from './vllm.js';

/**
 * Ratios are null where it is not installed.
 * @param adapted a folder for a model with adapters; what is missing is made.
 */
export async function besideVllm(
  folder: string,
  adapted: string,
  { rounds, threads }: Options,
): Promise<Row[]> {
  const rows = cases.map(({ name, bar }): Row => ({
    name,
    peer: 'vLLM float32',
    ratio: null,
    bar,
  }));
  if (!(await exists(pythonOf(folder)))) {
    console.error(`vLLM is not in ${folder}, its ratios are null: run bench/decode/vllm.sh`);
    return rows;
  }
  const model = await adaptedModel(adapted, ADAPTERS);
  // One place more than there are adapters: base rows would be answered by the last one.
  const peer = await startVllm(folder, model, ADAPTERS + 1, threads);
  const ours = await openServer(model, threads);
  const table: Row[] = [];
  for (const [row, { requests }] of zip(rows, cases))
    table.push({ ...row, ratio: await ratioOfServers(ours, peer, requests, rounds) });
  await peer.close();
  await ours.close();
  return table;
}
