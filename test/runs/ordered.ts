// A run is ordered, and looked at once.

import type { LetheClient } from '#client/lethe-client.js';
import type { RunRequestInput } from '#contracts/evaluation-runs.js';
import type { Patience } from '../faults/patience.js';
import { since } from './since.js';

export interface Ordered {
  /** Seconds until the run was accepted, all of its cells planned. */
  readonly planned: number;
  /** Of one look at the run just then. */
  readonly looked: number;
}

export async function order(
  client: LetheClient,
  request: RunRequestInput,
  patience: Patience,
): Promise<Ordered & { readonly id: string }> {
  const started = performance.now();
  const { id } = await patience.ask(() => client.createRun(request));
  const planned = since(started);
  const asked = performance.now();
  await patience.ask(() => client.run(id));
  return { id, planned, looked: since(asked) };
}
