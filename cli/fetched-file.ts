// A file from elsewhere: it has its name once it is whole and its hash is right, and is fetched once
// for all who share the folder.

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CommandError } from './command-error.js';
import { exitCodes } from './exit-codes.js';
import type { FileSource } from './file-source.js';

/** Of a half that has not grown for so long, in ms, the writer is gone. */
const ABANDONED = 60_000;
const POLL = 500;

export interface WantedFile {
  readonly path: string;
  /** As whoever wants it wrote it. */
  readonly url: string;
  readonly source: FileSource;
  /** In hex. */
  readonly sha256: string;
}

/** @returns whether it had to be fetched. @throws CommandError */
export async function fetchFile(wanted: WantedFile): Promise<boolean> {
  await mkdir(dirname(wanted.path), { recursive: true });
  const half = `${wanted.path}.part`;
  while (!(await isThere(wanted))) {
    const file = await claim(half);
    if (!file) continue;
    try {
      // Another may have come to its end in between.
      if (await isThere(wanted)) {
        await file.close();
        return false;
      }
      await write(file, wanted);
      await rename(half, wanted.path);
      await writeFile(markOf(wanted), wanted.sha256);
      return true;
    } finally {
      await rm(half, { force: true });
    }
  }
  return false;
}

/** Says of which hash a file was found to be, which takes a while for a large one. */
const markOf = ({ path }: WantedFile): string => `${path}.sha256`;

async function isThere(wanted: WantedFile): Promise<boolean> {
  if (!(await stat(wanted.path).catch(() => undefined))) return false;
  const mark = await readFile(markOf(wanted), 'utf8').catch(() => '');
  if (mark === wanted.sha256) return true;
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(wanted.path)) hash.update(chunk as Buffer);
  if (hash.digest('hex') !== wanted.sha256) return false;
  await writeFile(markOf(wanted), wanted.sha256);
  return true;
}

/** @returns undefined, after a while, where another writes it. */
async function claim(half: string): Promise<Awaited<ReturnType<typeof open>> | undefined> {
  try {
    return await open(half, 'wx');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const found = await stat(half).catch(() => undefined);
  if (found && Date.now() - found.mtimeMs > ABANDONED) await rm(half, { force: true });
  else await sleep(POLL);
  return undefined;
}

async function write(
  file: Awaited<ReturnType<typeof open>>,
  { path, url, source, sha256 }: WantedFile,
): Promise<void> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of await source()) {
      hash.update(chunk);
      await file.writeFile(chunk);
    }
    await file.sync();
  } finally {
    await file.close();
  }
  const found = hash.digest('hex');
  if (found !== sha256)
    throw new CommandError(
      `${url} is not what was expected for ${path}: SHA-256 ${found}, expected ${sha256}`,
      exitCodes.failed,
    );
}
