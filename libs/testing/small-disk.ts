// A file system of a few hundred kilobytes, to fill up.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface SmallDisk {
  readonly path: string;
  unmount(): void;
}

/** @returns null, after saying so, where this process may not mount a tmpfs. */
export function mountSmallDisk(kilobytes: number): SmallDisk | null {
  const path = mkdtempSync(join(tmpdir(), 'lethe-disk-'));
  const mounted = spawnSync('mount', [
    '-t',
    'tmpfs',
    '-o',
    `size=${kilobytes}k`,
    'lethe-test',
    path,
  ]);
  if (mounted.status !== 0) {
    rmdirSync(path);
    console.warn(
      'skipped: mounting a small tmpfs takes root, so the tests on a full disk do not run',
    );
    return null;
  }
  return {
    path,
    unmount() {
      spawnSync('umount', [path]);
      rmdirSync(path);
    },
  };
}
