// Feeds a target one input after the other: `child.js TARGET FIRST_SEED END_SEED`.

import { Failure } from '#failure/failure.js';
import { LIMIT_MS, type Message, type Outcome } from './protocol.js';
import { Random } from './random.js';
import type { OpenTarget } from './target.js';
import { targets } from './targets/index.js';

const [name, from, to] = process.argv.slice(2);
const target = targets.find((one) => one.name === name);
if (!target) throw new Error(`there is no target ${name}`);

/** Resolves when it is on its way: what blocks this process then must not hold it up. */
const tell = (message: Message): Promise<void> =>
  new Promise((resolve) => process.send?.(message, () => resolve()));

async function feed(open: OpenTarget, seed: number): Promise<Outcome> {
  const before = process.cpuUsage();
  const outcome = await answer(open, seed);
  const { user, system } = process.cpuUsage(before);
  const ms = (user + system) / 1000;
  return ms > LIMIT_MS
    ? { finding: `took ${ms.toFixed(0)} ms of processor time`, ...outcome }
    : outcome;
}

async function answer(open: OpenTarget, seed: number): Promise<Outcome> {
  try {
    return { isAccepted: (await open.run(new Random(seed))) !== false };
  } catch (error) {
    if (Failure.isInstance(error)) return { isAccepted: false };
    return { isAccepted: false, finding: (error as Error).stack ?? String(error) };
  }
}

const open = await target.open();
for (let seed = Number(from); seed < Number(to); seed++) {
  await tell({ kind: 'began', seed });
  await tell({ kind: 'ended', seed, outcome: await feed(open, seed) });
}
await tell({ kind: 'done' });
await open.close?.();
process.disconnect();
