// Writes docs/reference/service-metrics.md: npm run docs:metrics.

import { writeFile } from 'node:fs/promises';
import { metricsPage, pagePath } from './page.js';

await writeFile(pagePath, await metricsPage());
