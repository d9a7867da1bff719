// One run from its order to its bytes.

import { followRun } from '#client/follow.js';
import type { LetheClient } from '#client/lethe-client.js';
import type { EvaluationRun } from '#client/types.js';
import type { RunRequestInput } from '#contracts/evaluation-runs.js';
import type { Patience } from '../faults/patience.js';
import { sha256 } from '../testing/sha256.js';
import { order, type Ordered } from './ordered.js';
import { since } from './since.js';

export interface Measured extends Ordered {
  /** Until its last cell had ended. */
  readonly seconds: number;
  readonly cells: EvaluationRun['cells'];
  /** SHA-256 of every answer and score, and of every figure, as JSON lines. */
  readonly results: string;
  readonly figures: string;
  readonly bytes: number;
}

/** How long a gateway may be away, in ms. */
const AWAY = 120_000;

/** The run is deleted in the end, with the cells that it alone has. */
export async function measure(
  client: LetheClient,
  request: RunRequestInput,
  patience: Patience,
): Promise<Measured> {
  const started = performance.now();
  const { id, planned, looked } = await order(client, request, patience);
  const { cells } = await followRun(client, id, { every: 1000, patience: AWAY });
  const seconds = since(started);
  const read = (format: 'runResults' | 'runFigures') =>
    patience.ask(async () => Buffer.from(await (await client[format](id)).arrayBuffer()));
  const [results, figures] = [await read('runResults'), await read('runFigures')];
  await patience.ask(() => client.deleteRun(id));
  return {
    planned,
    looked,
    seconds,
    cells,
    results: sha256(results),
    figures: sha256(figures),
    bytes: results.length,
  };
}
