// How much memory this process may use.

import { readFileSync } from 'node:fs';
import { totalmem } from 'node:os';

/** The container's limit, where there is one below the machine's memory; bytes. */
export function memoryLimit(): number {
  for (const path of ['/sys/fs/cgroup/memory.max', '/sys/fs/cgroup/memory/memory.limit_in_bytes']) {
    try {
      const limit = Number(readFileSync(path, 'utf8'));
      if (limit > 0) return Math.min(limit, totalmem());
    } catch {
      continue;
    }
  }
  return totalmem();
}
