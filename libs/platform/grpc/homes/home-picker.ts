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

export class HomePicker implements experimental.Picker {
  private turn = Math.floor(Math.random() * 2 ** 20);

  /** @param replicas that are connected, at least one. */
  constructor(private readonly replicas: readonly Replica[]) {}

  pick(call: experimental.PickArgs): experimental.PickResult {
    const [key] = call.metadata.get(HOME);
    const replica = key === undefined ? this.nextInTurn() : homeOf(String(key), this.replicas);
    return counted(replica.picker.pick(call), replica.load);
  }

  private nextInTurn(): Replica {
    return item(this.replicas, this.turn++ % this.replicas.length);
  }
}

/**
 * Rendezvous hashing (Thaler and Ravishankar, 1998): each key ranks the replicas in an order of its
 * own, so that one that comes or goes moves its own keys alone. The first is the key's home; another
 * is asked, the next of that order, only while the home has no room and twice the calls of the
 * idlest.
 */
export function homeOf<R extends Pick<Replica, 'name' | 'load'>>(
  key: string,
  replicas: readonly R[],
): R {
  const idlest = Math.min(...replicas.map(({ load }) => load.calls));
  const ranked = replicas
    .map((replica) => ({ replica, rank: rankOf(key, replica.name) }))
    .toSorted((one, other) => (one.rank < other.rank ? -1 : 1));
  const hasRoom = ({ load: { calls } }: R): boolean => calls < ROOM || calls < 2 * idlest;
  const found = ranked.find(({ replica }) => hasRoom(replica)) ?? item(ranked, 0);
  return found.replica;
}

const rankOf = (key: string, name: string): string =>
  createHash('sha256').update(`${key} ${name}`).digest('hex');

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
