// Where things lie: in the installed project and in a data folder.

import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Root of the project; this file runs as dist/supervisor/layout.js. */
export const projectRoot = fileURLToPath(new URL('../..', import.meta.url));

export const serviceMain = (service: string): string =>
  join(projectRoot, 'dist', 'services', service, 'main.js');

/** The files of one data folder. */
export const layout = (home: string) => ({
  home,
  state: join(home, 'state.json'),
  lock: join(home, 'lethe.lock'),
  adminKey: join(home, 'admin.key'),
  credentials: join(home, 'credentials.json'),
  logs: join(home, 'logs'),
  redis: join(home, 'redis'),
  artifacts: join(home, 'artifacts'),
  keys: join(home, 'keys'),
  rootKey: join(home, 'root.key'),
  receiptKey: join(home, 'receipts.key'),
  /** Certificates and keys of the services. */
  identities: join(home, 'identities'),
});
export type Layout = ReturnType<typeof layout>;
