// Where a benchmark's files are looked for, with a server of our own as their source.

import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { useTempFolder } from '#testing/temp-store.js';
import { DataError } from './data-error.js';
import { findFile, type Places } from './data.js';
import type { Manifest } from './manifest.js';

const bytes = '[{"text": "Who?", "labels": "Nobody."}]';
const sha256 = createHash('sha256').update(bytes).digest('hex');
const served: string[] = [];
const server = createServer((request, response) => {
  served.push(request.url ?? '');
  if (request.url === '/full.json') response.end(bytes);
  else if (request.url === '/other.json') response.end('other bytes');
  else response.writeHead(404).end();
});
const folder = useTempFolder();
let manifest: Manifest;
let places: Required<Places>;

beforeAll(async () => {
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const file = (path: string) => ({
    path,
    source: { url: `http://127.0.0.1:${port}/${path}` },
    sha256,
    bytes: bytes.length,
    licence: 'MIT',
  });
  manifest = {
    name: 'us',
    files: ['full.json', 'other.json', 'gone.json'].map(file),
    expected: {},
  };
});
afterAll(() => void server.close());

let run = 0;
beforeEach(() => {
  const at = join(folder.path, String((run += 1)));
  places = { given: join(at, 'given'), shared: join(at, 'shared'), fetched: join(at, 'fetched') };
  served.length = 0;
});

const put = (path: string, content: string): string => {
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, content);
  return path;
};

test('a file that was given comes before one beside the checkout, and neither is fetched', async () => {
  const shared = put(join(places.shared, 'us', 'full.json'), bytes);
  expect(await findFile(manifest, 'full.json', places)).toBe(shared);
  const given = put(join(places.given!, 'full.json'), bytes);
  expect(await findFile(manifest, 'full.json', places)).toBe(given);
  expect(served).toEqual([]);
});

test('a file that lies nowhere is fetched once', async () => {
  const path = await findFile(manifest, 'full.json', places);
  expect(path).toBe(join(places.fetched, 'us', 'full.json'));
  expect(readFileSync(path, 'utf8')).toBe(bytes);
  expect(await findFile(manifest, 'full.json', places)).toBe(path);
  expect(served).toEqual(['/full.json']);
});

test('other bytes than those of the manifest are refused, found or fetched', async () => {
  put(join(places.given!, 'full.json'), 'edited');
  await expect(findFile(manifest, 'full.json', places)).rejects.toThrow(
    `expected ${sha256}, that of http`,
  );
  await expect(findFile(manifest, 'other.json', places)).rejects.toThrow(DataError);
  await expect(findFile(manifest, 'other.json', places)).rejects.toThrow('expected');
  expect(served).toEqual(['/other.json', '/other.json']);
});

test('a file that cannot be fetched is told with its source, the reason and what to do', async () => {
  const failure = findFile(manifest, 'gone.json', places);
  await expect(failure).rejects.toThrow(/gone\.json of us is not in .*given.*shared.*fetched/);
  await expect(failure).rejects.toThrow(/http:.*gone\.json cannot be fetched \(HTTP 404\)/);
  await expect(failure).rejects.toThrow(`--data, or the folder around us/ with LETHE_DATA`);
  await expect(failure).rejects.toThrow(`${bytes.length} bytes with SHA-256 ${sha256}`);
});
