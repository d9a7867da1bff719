// A job's report as an HTML file, which the tenant's texts are in: its owner alone may read it.

import type { LetheClient } from '#client/lethe-client.js';
import { writeFileAtomic } from '#supervisor/atomic-file.js';
import { note } from './output.js';

export async function writePage(client: LetheClient, job: string, path: string): Promise<void> {
  const page = await client.reportPage(job);
  writeFileAtomic(path, await page.text(), 0o600);
  note(`the report is in ${path}`);
}
