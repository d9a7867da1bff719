// A supervisor's life: lock, leftovers, start, wait for a signal, stop.

import { rmSync } from 'node:fs';
import { openFilesProblem } from '#process/open-files.js';
import { releaseLock, takeLock } from '#process/process-lock.js';
import type { ClientEnv } from './env.js';
import { layout } from './layout.js';
import { endOrphans } from './orphans.js';
import { planPlatform } from './plan.js';
import { PlatformError } from './platform-error.js';
import { makePrivate } from './private-folder.js';
import { supervisorMark } from './state.js';
import { Supervisor } from './supervisor.js';

/**
 * Longest a start may take, in ms: the embedded database's first start on a busy machine included.
 */
const startWithin = 120_000;

/**
 * Runs a platform in this process until SIGTERM or SIGINT.
 * @param onReady called once with the gateway's address when every process is ready.
 * @throws PlatformError where it cannot start; nothing is left running then.
 */
export async function runSupervisor(env: ClientEnv, onReady: (url: string) => void): Promise<void> {
  process.title = supervisorMark;
  const problem = openFilesProblem();
  if (problem) throw new PlatformError(problem);
  const paths = layout(env.home);
  makePrivate(env.home);
  const holder = await takeLock(paths.lock);
  if (holder !== null)
    throw new PlatformError(`Lethe is already running in ${env.home} (process ${holder})`);
  let supervisor: Supervisor | undefined;
  const stopAsked = new Promise<'stop'>((resolve) => {
    for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const)
      process.on(name, () => resolve('stop'));
  });
  try {
    await endOrphans(paths, env.shutdownMs + 2000);
    const plan = await planPlatform(env);
    supervisor = new Supervisor(plan, paths);
    const started = await Promise.race([supervisor.start(startWithin), stopAsked]);
    if (started !== 'stop') {
      onReady(plan.url);
      await stopAsked;
    }
  } finally {
    await supervisor?.stop();
    rmSync(paths.state, { force: true });
    await releaseLock(paths.lock);
  }
}
