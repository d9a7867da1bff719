// Reading a large artifact unsealed, unsealed with its SHA-256, and sealed, in turns, from the page
// cache and from the disk. `npm run bench:sealing [GB] [rounds] [folder]`.

import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { first, item, last } from '#collections/items.js';
import { FolderBlobs } from '#platform/artifacts/blobs/folder-blobs.js';
import { SpaceKey } from '#platform/artifacts/keys/space-key.js';
import { openSealed } from '#platform/artifacts/sealing/open-sealed.js';
import { seal } from '#platform/artifacts/sealing/seal.js';

const [gigabytes = '5', rounds = '7', where = tmpdir()] = process.argv.slice(2);
const SIZE = Number(gigabytes) * 1e9;

const folder = await mkdtemp(join(where, 'lethe-bench-'));
const blobs = new FolderBlobs(folder);
const key = new SpaceKey('bench', 'model-1', randomBytes(32));

/** One random megabyte again and again: neither ciphers nor disks know. */
function* artifact(): Generator<Buffer, void, void> {
  const chunk = randomBytes(2 ** 20);
  for (let left = SIZE; left > 0; left -= chunk.length) yield chunk.subarray(0, left);
}

type Use = (chunk: Buffer) => void;
async function use(chunks: AsyncIterable<Buffer>, work: Use): Promise<void> {
  let bytes = 0;
  for await (const chunk of chunks) {
    work(chunk);
    bytes += chunk.length;
  }
  if (bytes !== SIZE) throw new Error(`read ${bytes} bytes of ${SIZE}`);
}

const readers = {
  unsealed: async () => use(await blobs.read('unsealed'), () => {}),
  'unsealed, SHA-256': async () => {
    const hash = createHash('sha256');
    await use(await blobs.read('unsealed'), (chunk) => hash.update(chunk));
  },
  sealed: async () => use(await openSealed(blobs, key, 'objects/x'), () => {}),
};
type Name = keyof typeof readers;
const names = Object.keys(readers) as Name[];

interface Turn {
  /** GB per second. */
  readonly speed: number;
  /** Seconds of CPU per GB. */
  readonly cpu: number;
}

async function turn(read: () => Promise<void>): Promise<Turn> {
  const [start, before] = [performance.now(), process.cpuUsage()];
  await read();
  const { user, system } = process.cpuUsage(before);
  const seconds = (performance.now() - start) / 1000;
  return { speed: SIZE / 1e9 / seconds, cpu: (user + system) / 1e6 / (SIZE / 1e9) };
}

/** Of the rounds: the value in the middle, with the least and the greatest. */
function spread(values: readonly number[]): string {
  const sorted = values.toSorted((a, b) => a - b);
  const [middle, ...ends] = [item(sorted, sorted.length >> 1), first(sorted), last(sorted)];
  return `${middle.toFixed(2)} (${ends.map((end) => end.toFixed(2)).join(' to ')})`;
}

async function round(prepare: () => Promise<void>): Promise<Record<Name, Turn>> {
  const turns: Partial<Record<Name, Turn>> = {};
  for (const name of names) {
    await prepare();
    turns[name] = await turn(readers[name]);
  }
  return turns as Record<Name, Turn>;
}

/** @param prepare before each turn. */
async function measure(title: string, prepare: () => Promise<void>): Promise<void> {
  const all: Record<Name, Turn>[] = [];
  while (all.length < Number(rounds)) all.push(await round(prepare));
  console.log(`\n| ${title} | GB/s | to unsealed | s of CPU per GB |\n| --- | --- | --- | --- |`);
  for (const name of names) {
    const speed = spread(all.map((turns) => turns[name].speed));
    const ratio = spread(all.map((turns) => turns[name].speed / turns.unsealed.speed));
    const cpu = spread(all.map((turns) => turns[name].cpu));
    console.log(`| ${name} | ${speed} | ${ratio} | ${cpu} |`);
  }
}

try {
  await blobs.write('unsealed', artifact());
  await blobs.write(
    key.path('objects/x'),
    seal(artifact(), key, () => 'objects/x'),
  );
  for (const name of names) await readers[name]();
  await measure('page cache', async () => {});
  if (process.getuid?.() === 0)
    await measure('disk', () => writeFile('/proc/sys/vm/drop_caches', '3'));
  else console.log('the page cache can be emptied by root alone: reading from the disk is skipped');
} finally {
  await rm(folder, { recursive: true });
}
