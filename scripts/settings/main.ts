// Writes docs/reference/settings.md: npm run docs:settings.

import { writeFile } from 'node:fs/promises';
import { pagePath, settingsPage } from './page.js';

await writeFile(pagePath, await settingsPage());
