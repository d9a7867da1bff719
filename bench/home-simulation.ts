// The same by events, for more replicas than a machine has: with the very choice that the balancer
// makes.

import { item } from '#collections/items.js';
import { homeIn, orderFor } from '#platform/grpc/homes/home-picker.js';
import { CALL_MS, CALLS, Kept, LOAD_MS, type Outcome, SLOTS } from './home-work.js';

interface Replica {
  readonly name: string;
  /** Of the worker that asks: nothing of another's is known to it. */
  readonly load: { calls: number };
  readonly kept: Kept;
  /** Until when each of its slots is busy. */
  readonly slots: number[];
  /** When an adapter will be there. */
  readonly loaded: Map<number, number>;
}

export function simulate(
  pieces: readonly number[],
  count: number,
  workers: number,
  isHome: boolean,
): Outcome {
  const replicas = Array.from({ length: count }, (_, i) =>
    newReplica(`replica-${String(i).padStart(3, '0')}`),
  );
  const orders = new Map<number, Replica[]>();
  const free = Array.from({ length: workers }, (_, worker) => ({ at: 0, turn: worker }));
  for (const adapter of pieces) {
    const worker = free.toSorted((one, other) => one.at - other.at)[0]!;
    const order = orders.get(adapter) ?? orderFor(`#${adapter}`, replicas);
    orders.set(adapter, order);
    // A worker's piece is over before its next begins: no call of it is under way then.
    for (const { load } of replicas) load.calls = 0;
    const ends = Array.from({ length: CALLS }, () => {
      const asked = isHome ? homeIn(order) : item(replicas, worker.turn++ % count);
      asked.load.calls++;
      return endOf(asked, adapter, worker.at);
    });
    worker.at = Math.max(...ends);
  }
  const loads = replicas.reduce((sum, { kept }) => sum + kept.loads, 0);
  return { loads, took: Math.max(...free.map(({ at }) => at)) };
}

const newReplica = (name: string): Replica => ({
  name,
  load: { calls: 0 },
  kept: new Kept(),
  slots: Array.from({ length: SLOTS }, () => 0),
  loaded: new Map(),
});

/** When a call that comes now is answered. */
function endOf({ kept, slots, loaded }: Replica, adapter: number, now: number): number {
  if (kept.use(adapter)) loaded.set(adapter, now + LOAD_MS);
  const from = Math.max(now, loaded.get(adapter) ?? now);
  const slot = slots.indexOf(Math.min(...slots));
  const end = Math.max(from, item(slots, slot)) + CALL_MS;
  slots[slot] = end;
  return end;
}
