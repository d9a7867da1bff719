import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { silent } from '#testing/queue.js';
import { useTempFolder } from '#testing/temp-store.js';
import { DamagedDatabaseError } from './damaged-database.error.js';
import { Database } from './database.js';

const temp = useTempFolder();

async function made(): Promise<string> {
  const dataDir = await mkdtemp(join(temp.path, 'data-'));
  await (await Database.open({ dataDir }, silent)).close();
  return dataDir;
}

test.each([
  ['PG_VERSION', (path: string) => rm(path)],
  ['global/pg_control', (path: string) => writeFile(path, Buffer.alloc(8192))],
] as const)('a database whose %s is damaged is named, and left as it is', async (file, damage) => {
  const dataDir = await made();
  const folder = join(dataDir, 'db');
  await damage(join(folder, file));
  const before = await readdir(folder);
  const opening = Database.open({ dataDir }, silent);
  await expect(opening).rejects.toThrow(DamagedDatabaseError);
  await expect(opening).rejects.toThrow(folder);
  expect(await readdir(folder)).toEqual(before);
});

test("a database's folder is its owner's alone", async () => {
  const { mode } = await stat(join(await made(), 'db'));
  expect(mode & 0o777).toBe(0o700);
});

test('a gateway of another container that holds the folder is not taken for a dead one', async () => {
  const dataDir = await made();
  const first = await Database.open({ dataDir }, silent);
  // What the lock of a process with another container's id looks like from here.
  await writeFile(join(dataDir, 'db.lock'), '1 1');
  await expect(Database.open({ dataDir }, silent)).rejects.toThrow(
    `the database in ${join(dataDir, 'db')} is in use by a process of another container: stop it, or set DATABASE_URL`,
  );
  await first.close();
  await (await Database.open({ dataDir }, silent)).close();
});
