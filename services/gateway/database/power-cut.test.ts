// What the embedded database has committed is on the disk.

import { join } from 'node:path';
import { expect, test } from 'vitest';
import { useTempFolder } from '#testing/temp-store.js';
import { canTrace, unflushed } from '#testing/unflushed.js';

const folder = useTempFolder();
const script = new URL('./testing/insert-one.js', import.meta.url);

test.runIf(canTrace())(
  'a commit has flushed the write-ahead log, also in a new folder',
  async () => {
    for (const start of ['first', 'later']) {
      const dirty = await unflushed(script, [folder.path, start]);
      const log = join(folder.path, 'db', 'pg_wal');
      expect([...dirty].filter((path) => path.startsWith(log))).toEqual([]);
    }
  },
);
