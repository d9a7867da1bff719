// Processes left over by a supervisor that was killed itself: they would hold ports and the
// embedded database.

import type { Layout } from './layout.js';
import { isRunning, signal, waitForExit } from './process-table.js';
import { readState } from './state.js';

/**
 * Ends what the folder's state names and still lives, services before Redis.
 * @returns how many there were.
 */
export async function endOrphans(paths: Layout, stopWithin: number): Promise<number> {
  const left = (readState(paths.state)?.processes ?? []).flatMap((p) =>
    p.pid && isRunning(p.pid, p.mark) ? [{ ...p, pid: p.pid }] : [],
  );
  const end = async ({ pid, mark }: { pid: number; mark: string }) => {
    signal(pid, 'SIGTERM');
    if (await waitForExit(pid, mark, stopWithin)) return;
    signal(pid, 'SIGKILL');
    await waitForExit(pid, mark, 5000);
  };
  await Promise.all(left.filter((p) => p.name !== 'redis').map(end));
  await Promise.all(left.filter((p) => p.name === 'redis').map(end));
  return left.length;
}
