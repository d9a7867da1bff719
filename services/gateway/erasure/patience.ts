// How long an erasure waits for workers that have what is to be erased.

import type { Erasure } from './erasure.js';
import { StillAtWorkError } from './still-at-work.error.js';

/** Then its keys are destroyed under them; in ms. */
export const PATIENCE = 60_000;

/** @throws StillAtWorkError while they may still take their time */
export function giveTime({ createdAt }: Erasure, id: string): void {
  if (Date.now() - createdAt.getTime() < PATIENCE) throw new StillAtWorkError(id);
}
