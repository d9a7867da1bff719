import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { useTempFolder } from '#testing/temp-store.js';
import { fetchFile } from './fetched-file.js';
import { fileSource } from './file-source.js';

const folder = useTempFolder();
const weights = Buffer.alloc(3_000_000, 'weights');
const sha256 = createHash('sha256').update(weights).digest('hex');

let asked = 0;
const server = createServer((request, response) => {
  asked += 1;
  if (request.url === '/none') response.writeHead(404).end();
  else if (request.url === '/half')
    response
      .writeHead(200, { 'content-length': weights.length })
      .write(weights.subarray(0, 1e6), () => response.destroy());
  else response.end(weights);
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const wanted = (into: string, path: string, hash = sha256) => {
  const url = `${base}${path}`;
  return { path: join(folder.path, into, 'w.bin'), url, source: fileSource(url)!, sha256: hash };
};
const found = (into: string) => readdir(join(folder.path, into));

test('a file is fetched once by all who want it, and is whole', async () => {
  const all = await Promise.all([1, 2, 3].map(() => fetchFile(wanted('shared', '/w'))));
  expect(all.filter(Boolean)).toHaveLength(1);
  expect(asked).toBe(1);
  expect(weights.equals(await readFile(join(folder.path, 'shared/w.bin')))).toBe(true);
  expect(await found('shared')).toEqual(['w.bin', 'w.bin.sha256']);
});

test.each([
  ['none', sha256, /answers 404: expected 200/],
  ['w', '0'.repeat(64), /is not what was expected for .*w\.bin: SHA-256/],
  ['half', sha256, /terminated/],
])('/%s leaves nothing', async (path, hash, message) => {
  const into = `nothing-${path}`;
  await expect(fetchFile(wanted(into, `/${path}`, hash))).rejects.toThrow(message);
  expect(await found(into)).toEqual([]);
});

test('a half whose writer is gone is taken over, a wrong file replaced', async () => {
  const path = join(folder.path, 'left');
  await mkdir(path, { recursive: true });
  await writeFile(join(path, 'w.bin'), 'another version');
  await writeFile(join(path, 'w.bin.part'), 'half');
  await utimes(join(path, 'w.bin.part'), 1, 1);
  expect(await fetchFile(wanted('left', '/w'))).toBe(true);
  expect(weights.equals(await readFile(join(path, 'w.bin')))).toBe(true);
});
