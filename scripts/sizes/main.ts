// Writes docs/reference/sizes.md: npm run docs:sizes.

import { writeFile } from 'node:fs/promises';
import { pagePath, sizesPage } from './page.js';

await writeFile(pagePath, await sizesPage());
