// The files in which Redis keeps the queues. After a power cut their end may be half a command, or
// zeros: Redis does not start on that, so it is cut off first.

import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { PlatformError } from './platform-error.js';

/**
 * @param redis the folder of Redis, which does not run.
 * @param checker the path of redis-check-aof.
 * @returns the copy of what was there before its end was cut off; undefined where nothing is wrong.
 * @throws PlatformError for what cannot be repaired.
 */
export function repairAppendOnlyFile(redis: string, checker: string): string | undefined {
  const folder = join(redis, 'appendonlydir');
  const manifest = join(folder, 'appendonly.aof.manifest');
  if (!existsSync(manifest)) return undefined;
  // The checker would take a damaged list of files for an old-style file, and empty it.
  if (!readFileSync(manifest, 'latin1').startsWith('file '))
    throw beyondRepair(folder, `${manifest} does not list files`);
  if (run(checker, [manifest]).status === 0) return undefined;
  const copy = `${folder}.damaged`;
  rmSync(copy, { recursive: true, force: true });
  cpSync(folder, copy, { recursive: true });
  const { status, stdout, error } = run(checker, ['--fix', manifest]);
  if (status === 0) return copy;
  throw beyondRepair(folder, error?.message ?? stdout.trim().split('\n').at(-1) ?? '');
}

/** It asks before it cuts. */
const run = (checker: string, args: readonly string[]) =>
  spawnSync(checker, args, { input: 'y\n', encoding: 'utf8', maxBuffer: 2 ** 26 });

const beyondRepair = (folder: string, why: string): PlatformError =>
  new PlatformError(
    `the queues in ${folder} are damaged beyond repair (${why}): move the folder away and start again; jobs that are not done go on, since the gateway adds what the queues miss`,
  );
