// Which replica a call goes to: one that names what it needs goes where that is in memory.

import type { experimental, status } from '@grpc/grpc-js';
import { createHash } from 'node:crypto';
import { item } from '#collections/items.js';

/** Metadata: what a replica would have to load, or to read once more; a hash, or a number. */
export const HOME = 'lethe-home';
/**
 * Calls of one client that a home takes whatever the others have: of what is loaded, as many as an
 * engine computes in one run; of what is read, few, as a prompt is soon read elsewhere.
 */
const ROOM = { loaded: 16, read: 2, none: 1 };
/** Beyond its room a home takes this much of the mean: Mirrokni et al., 2018. */
const BOUND = 1.25;
/** What the key of a prompt's beginning begins with. */
export const READ = '~';

export interface Replica {
  /** The same for as long as it is the same replica. */
  readonly name: string;
  readonly picker: experimental.Picker;
  /** Of this client, under way there. */
  readonly load: { calls: number };
  /** Called with each call's status. */
  ended?(code: status): void;
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
    const replica = key === undefined ? this.nextInTurn() : this.homeOf(String(key));
    return counted(replica.picker.pick(call), replica);
  }

  private homeOf(key: string): Replica {
    return homeIn(this.orderFor(key), key.startsWith(READ) ? ROOM.read : ROOM.loaded);
  }

  private nextInTurn(): Replica {
    return homeIn(turned(this.replicas, this.turn++), ROOM.none);
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
  return turned(named, Number(number));
}

function turned<R>(replicas: readonly R[], by: number): R[] {
  const at = by % replicas.length;
  return [...replicas.slice(at), ...replicas.slice(0, at)];
}

const sortedBy = <R>(replicas: readonly R[], rank: (replica: R) => string): R[] =>
  replicas
    .map((replica) => ({ replica, rank: rank(replica) }))
    .toSorted((one, other) => (one.rank < other.rank ? -1 : 1))
    .map(({ replica }) => replica);

const rankOf = (key: string, name: string): string =>
  createHash('sha256').update(`${key} ${name}`).digest('hex');

/**
 * The home, or the next in its order that has room, or no more than its share of the calls.
 * @param order of the key's replicas.
 */
export function homeIn<R extends Pick<Replica, 'load'>>(
  order: readonly R[],
  room: number = ROOM.loaded,
): R {
  const calls = order.reduce((sum, { load }) => sum + load.calls, 0);
  const bound = Math.max(room, (BOUND * (calls + 1)) / order.length);
  return order.find(({ load }) => load.calls < bound) ?? item(order, 0);
}

function counted(
  picked: experimental.PickResult,
  { load, ended }: Replica,
): experimental.PickResult {
  if (!picked.subchannel) return picked;
  return {
    ...picked,
    onCallStarted: () => {
      load.calls++;
      picked.onCallStarted?.();
    },
    onCallEnded: (...end) => {
      load.calls--;
      ended?.(end[0]);
      picked.onCallEnded?.(...end);
    },
  };
}
