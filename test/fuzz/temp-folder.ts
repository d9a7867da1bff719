// A folder for a run's files.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export async function tempFolder(): Promise<{ path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'lethe-fuzz-'));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}
