// Which replica a call goes to: one that names an adapter goes where that adapter is in memory.

import type { experimental } from '@grpc/grpc-js';
import { createHash } from 'node:crypto';
import { item } from '#collections/items.js';

/** Metadata: what of a model a replica would have to load; a hash. */
export const HOME = 'lethe-home';
/** Calls of one client that a replica has room for: what an engine computes in one run. */
const ROOM = 16;

export interface Replica {
  /** The same for as long as it is the same replica. */
  readonly name: string;
  readonly picker: experimental.Picker;
  /** Of this client, under way there. */
  readonly load: { calls: number };
}

/** Keys whose order of replicas is remembered. */
const REMEMBERED = 10_000;

export class HomePicker implements experimental.Picker {
  private turn = Math.floor(Math.random() * 2 ** 20);
  private readonly orders = new Map<string, readonly Replica[]>();

  /** @param replicas that are connected, at least one. */
  constructor(private readonly replicas: readonly Replica[]) {}

  pick(call: experimental.PickArgs): experimental.PickResult {
    const [key] = call.metadata.get(HOME);
    const replica = key === undefined ? this.nextInTurn() : homeIn(this.orderFor(String(key)));
    return counted(replica.picker.pick(call), replica.load);
  }

  private nextInTurn(): Replica {
    return item(this.replicas, this.turn++ % this.replicas.length);
  }

  private orderFor(key: string): readonly Replica[] {
    const known = this.orders.get(key);
    if (known) return known;
    const order = orderFor(key, this.replicas);
    if (this.orders.size >= REMEMBERED) this.orders.clear();
    this.orders.set(key, order);
    return order;
  }
}

/**
 * The replicas in a key's own order, the home first. By rendezvous hashing (Thaler and Ravishankar,
 * 1998) one that comes or goes moves its own keys alone; keys with numbers spread evenly, and move
 * all.
 */
export function orderFor<R extends Pick<Replica, 'name'>>(
  key: string,
  replicas: readonly R[],
): R[] {
  const number = /^#(\d+)$/.exec(key)?.[1];
  if (number === undefined) return sortedBy(replicas, ({ name }) => rankOf(key, name));
  const named = sortedBy(replicas, ({ name }) => name);
  const home = Number(number) % named.length;
  return [...named.slice(home), ...named.slice(0, home)];
}

const sortedBy = <R>(replicas: readonly R[], rank: (replica: R) => string): R[] =>
  replicas
    .map((replica) => ({ replica, rank: rank(replica) }))
    .toSorted((one, other) => (one.rank < other.rank ? -1 : 1))
    .map(({ replica }) => replica);

const rankOf = (key: string, name: string): string =>
  createHash('sha256').update(`${key} ${name}`).digest('hex');

/**
 * The home, or the next in its order while it has no room and twice the calls of the idlest.
 * @param order of the key's replicas.
 */
export function homeIn<R extends Pick<Replica, 'load'>>(order: readonly R[]): R {
  const idlest = Math.min(...order.map(({ load }) => load.calls));
  const hasRoom = ({ load: { calls } }: R): boolean => calls < ROOM || calls < 2 * idlest;
  return order.find(hasRoom) ?? item(order, 0);
}

function counted(picked: experimental.PickResult, load: Replica['load']): experimental.PickResult {
  if (!picked.subchannel) return picked;
  return {
    ...picked,
    onCallStarted: () => {
      load.calls++;
      picked.onCallStarted?.();
    },
    onCallEnded: (...ended) => {
      load.calls--;
      picked.onCallEnded?.(...ended);
    },
  };
}
