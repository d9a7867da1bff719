// JSON lines, as `lethe metrics` reads them.

import { writeFile } from 'node:fs/promises';

export const writeLines = (file: string, rows: readonly object[]): Promise<void> =>
  writeFile(file, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
