// A run that is cancelled while its first cells are at work.

import { setTimeout as sleep } from 'node:timers/promises';
import { followRun } from '#client/follow.js';
import type { LetheClient } from '#client/lethe-client.js';
import type { EvaluationRun } from '#client/types.js';
import type { RunRequestInput } from '#contracts/evaluation-runs.js';
import type { Patience } from '../faults/patience.js';
import { order, type Ordered } from './ordered.js';
import { since } from './since.js';

export interface Cancelled extends Ordered {
  /** From the request to the end of the run. */
  readonly seconds: number;
  readonly cells: EvaluationRun['cells'];
  /** Cells that have succeeded since, though they were cancelled. */
  readonly later: number;
}

/** Long enough for a cell that went on to have ended, in ms. */
const LATER = 5_000;

export async function cancelMidway(
  client: LetheClient,
  request: RunRequestInput,
  patience: Patience,
): Promise<Cancelled> {
  const { id, planned, looked } = await order(client, request, patience);
  while ((await client.run(id)).cells.succeeded === 0) await sleep(50);
  const started = performance.now();
  await client.cancelRun(id);
  const { cells } = await followRun(client, id, { every: 50 });
  const seconds = since(started);
  await sleep(LATER);
  const later = (await client.run(id)).cells.succeeded - cells.succeeded;
  await client.deleteRun(id);
  return { planned, looked, seconds, cells, later };
}
