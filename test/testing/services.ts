// The services by their folders' names.

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '#supervisor/layout.js';

export const services = readdirSync(join(projectRoot, 'services'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);
