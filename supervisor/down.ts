// Stops a platform from another process.

import { lockHolder } from '#process/process-lock.js';
import type { ClientEnv } from './env.js';
import { layout } from './layout.js';
import { endOrphans } from './orphans.js';
import { PlatformError } from './platform-error.js';
import { signal, waitForExit } from './process-table.js';
import { supervisorMark } from './state.js';

/** Groups that stop one after the other: gateway, workers, inference, Redis. */
const groups = 4;

/**
 * @returns whether there was anything to stop.
 * @throws PlatformError where it does not stop within its deadlines.
 */
export async function stopPlatform(env: ClientEnv): Promise<boolean> {
  const paths = layout(env.home);
  const stopWithin = env.shutdownMs + 2000;
  const pid = await lockHolder(paths.lock);
  if (pid === null) return (await endOrphans(paths, stopWithin)) > 0;
  signal(pid, 'SIGTERM');
  if (await waitForExit(pid, supervisorMark, groups * stopWithin + 5000)) return true;
  signal(pid, 'SIGKILL');
  await endOrphans(paths, stopWithin);
  throw new PlatformError(
    `the supervisor (process ${pid}) did not stop within its deadlines and was killed`,
  );
}
