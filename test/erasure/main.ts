// Writes docs/reference/erasure.md: npm run docs:erasure.

import { writeFile } from 'node:fs/promises';
import { erasurePage, pagePath } from './page.js';

await writeFile(pagePath, await erasurePage());
