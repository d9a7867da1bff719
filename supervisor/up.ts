// Starts a supervisor that outlives this process.

import { fork } from 'node:child_process';
import { mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ClientEnv } from './env.js';
import { layout } from './layout.js';
import type { SupervisorMessage } from './main.js';
import { PlatformError } from './platform-error.js';
import { makePrivate } from './private-folder.js';

const main = fileURLToPath(new URL('main.js', import.meta.url));

/** The variables by which a supervisor in another process is given the same settings. */
const asVariables = (env: ClientEnv): Record<string, string | undefined> => ({
  ...env.inherited,
  LETHE_HOME: env.home,
  MODEL_DIRS: env.modelDirs.join(':'),
  PORT: env.port === undefined ? undefined : String(env.port),
  SHUTDOWN_MS: String(env.shutdownMs),
});

/**
 * @returns the gateway's address once everything is ready.
 * @throws PlatformError where it does not come up.
 */
export function startDetached(env: ClientEnv): Promise<string> {
  makePrivate(env.home);
  const logs = layout(env.home).logs;
  mkdirSync(logs, { recursive: true });
  const log = openSync(join(logs, 'supervisor.log'), 'a');
  const child = fork(main, [], {
    env: asVariables(env),
    detached: true,
    stdio: ['ignore', log, log, 'ipc'],
    execArgv: ['--enable-source-maps'],
  });
  return new Promise((resolve, reject) => {
    child.once('message', (message: SupervisorMessage) => {
      child.unref();
      if (child.connected) child.channel?.unref();
      if ('ready' in message) resolve(message.ready);
      else reject(new PlatformError(message.failed));
    });
    child.once('exit', (code, signal) =>
      reject(
        new PlatformError(
          `the supervisor ended (${signal ?? `exit code ${code}`}); see ${join(logs, 'supervisor.log')}`,
        ),
      ),
    );
    child.once('error', reject);
  });
}
