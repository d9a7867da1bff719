// What the workers at hand can do of what requests may name, as they say it themselves in Redis.
// Each name is a key that expires, so that what no worker offers any more is soon forgotten.

import type { Redis } from 'ioredis';
import { namesOf, type OfferKind, type Offers } from '#contracts/offers.js';
import { MissingSettingError } from '../errors/missing-setting.error.js';

/** In s; long enough for a worker to be started anew. */
const LIFETIME = 300;
/** Time between two publications of a worker, in ms. */
export const OFFER_INTERVAL = 60_000;

const keyOf = (prefix: string, kind: string, name: string): string =>
  `${prefix}:offer:${kind}:${name}`;

export async function publishOffers(redis: Redis, prefix: string, offers: Offers): Promise<void> {
  const all = redis.multi();
  for (const [kind, names] of Object.entries(offers))
    for (const name of names) all.set(keyOf(prefix, kind, name), '1', 'EX', LIFETIME);
  await all.exec();
}

/** @returns none where no worker of that kind has been seen lately: nothing is known then. */
export async function readOffers(redis: Redis, prefix: string, kind: OfferKind): Promise<string[]> {
  const names = namesOf(kind);
  const values = await redis.mget(names.map((name) => keyOf(prefix, kind, name)));
  return names.filter((_, i) => values[i] !== null);
}

/** @returns the names that `open` has the settings for. */
export function openable<N>(names: readonly N[], open: (name: N) => unknown): N[] {
  return names.filter((name) => {
    try {
      open(name);
      return true;
    } catch (error) {
      if (error instanceof MissingSettingError) return false;
      throw error;
    }
  });
}
