// Kills one process after the other until it is told to end.

import { setTimeout as sleep } from 'node:timers/promises';
import { supervised } from '../faults/victim.js';
import type { Random } from '../fuzz/random.js';
import type { TestPlatform } from '../testing/platform.js';

const VICTIMS = ['evaluation', 'inference', 'gateway', 'redis'] as const;
/** Between two blows, in ms: whoever was killed has most often begun again. */
const GAP = [8_000, 16_000] as const;

/** @returns how often each was hit. */
export async function keepKilling(
  platform: TestPlatform,
  random: Random,
  signal: AbortSignal,
): Promise<Record<string, number>> {
  const hits: Record<string, number> = Object.fromEntries(VICTIMS.map((name) => [name, 0]));
  for (;;) {
    await sleep(GAP[0] + random.below(GAP[1] - GAP[0]), undefined, { signal }).catch(() => {});
    if (signal.aborted) return hits;
    const name = random.pick(VICTIMS);
    if (await supervised(platform, name).strike('kill')) hits[name] = (hits[name] ?? 0) + 1;
  }
}
