// What the workers at hand can do of what requests may name, as they say it themselves in Redis.
// Each name is a key that expires, so that what no worker offers any more is soon forgotten.

import type { Redis } from 'ioredis';
import { zip } from '#collections/zip.js';
import { namesOf, type OfferKind, type Offers } from '#contracts/offers.js';
import { MissingSettingError } from '../errors/missing-setting.error.js';

/** In s; long enough for a worker to be started anew. */
const LIFETIME = 300;
/** Time between two publications of a worker, in ms. */
export const OFFER_INTERVAL = 60_000;

/** Of a name behind which there is nothing but the release. */
const NO_MODEL = '1';

const keyOf = (prefix: string, kind: string, name: string): string =>
  `${prefix}:offer:${kind}:${name}`;

export async function publishOffers(redis: Redis, prefix: string, offers: Offers): Promise<void> {
  const all = redis.multi();
  for (const [kind, names] of Object.entries(offers))
    for (const offer of names) {
      const { name, model } = typeof offer === 'string' ? { name: offer, model: NO_MODEL } : offer;
      all.set(keyOf(prefix, kind, name), model, 'EX', LIFETIME);
    }
  await all.exec();
}

/**
 * @returns names, each with what stands behind it where there is such a thing; none where no worker
 * of that kind has been seen lately: nothing is known then.
 */
export async function readOffers(
  redis: Redis,
  prefix: string,
  kind: OfferKind,
): Promise<Map<string, string | null>> {
  const names = namesOf(kind);
  const values = await redis.mget(names.map((name) => keyOf(prefix, kind, name)));
  return new Map(
    zip(names, values).flatMap(([name, value]) =>
      value === null ? [] : [[name, value === NO_MODEL ? null : value] as const],
    ),
  );
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
