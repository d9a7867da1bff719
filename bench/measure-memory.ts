// Starts a run in a process of its own, which tells its memory.

import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { MeasuredRun } from './memory-cases.js';
import type { Measured } from './memory-run.js';

const script = fileURLToPath(new URL('memory-run.js', import.meta.url));

export async function measureMemory(model: string, run: MeasuredRun): Promise<Measured> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    script,
    model,
    JSON.stringify(run),
  ]);
  return JSON.parse(stdout) as Measured;
}
