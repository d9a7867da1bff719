// Entry of the detached supervisor. Tells its parent by IPC whether the platform came up, then
// lives without it.

import { clientEnv } from './env.js';
import { runSupervisor } from './run.js';

export type SupervisorMessage = { ready: string } | { failed: string };

function tell(message: SupervisorMessage): Promise<void> {
  return new Promise((resolve) => {
    if (!process.connected || !process.send) return resolve();
    process.send(message, undefined, undefined, () => resolve());
  });
}

try {
  await runSupervisor(clientEnv(), (url) => {
    void tell({ ready: url }).then(() => process.connected && process.disconnect());
  });
  process.exit(0);
} catch (error) {
  await tell({ failed: (error as Error).message });
  process.stderr.write(`${(error as Error).stack}\n`);
  process.exit(1);
}
