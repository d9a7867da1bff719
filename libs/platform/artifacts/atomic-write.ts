// Files appear whole or not at all: written under another name, flushed to the disk, renamed.

import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, rename, unlink, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ArtifactTooLargeError } from '../errors/artifact-too-large.error.js';
import { StorageFullError } from '../errors/storage-full.error.js';

type Chunks = Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

export interface Written {
  readonly hash: string;
  readonly bytes: number;
}

/**
 * Streams bytes into `folder` and moves them where `moveTo` says, given their hash.
 * On any failure, a full disk above all, nothing is left behind.
 * @param moveTo the final path, or null where the bytes are there already.
 */
export async function writeAtomically(
  folder: string,
  chunks: Chunks,
  maxBytes: number,
  moveTo: (written: Written) => Promise<string | null>,
): Promise<Written> {
  await mkdir(folder, { recursive: true }).catch(rethrowFull);
  const path = join(folder, randomUUID());
  try {
    const written = await writeSynced(path, chunks, maxBytes);
    const target = await moveTo(written);
    if (target === null) await unlink(path);
    else await moveSynced(path, target);
    return written;
  } catch (error) {
    await unlink(path).catch(() => {});
    return rethrowFull(error);
  }
}

async function writeSynced(path: string, chunks: Chunks, maxBytes: number): Promise<Written> {
  const file = await open(path, 'wx', 0o600);
  try {
    const hash = createHash('sha256');
    let bytes = 0;
    for await (const chunk of chunks) {
      bytes += chunk.byteLength;
      if (bytes > maxBytes) throw new ArtifactTooLargeError(maxBytes);
      hash.update(chunk);
      await writeAll(file, chunk);
    }
    await file.sync();
    return { hash: hash.digest('hex'), bytes };
  } finally {
    await file.close();
  }
}

/** A write may be short, near the end of a disk above all. */
async function writeAll(file: FileHandle, chunk: Uint8Array): Promise<void> {
  for (let offset = 0; offset < chunk.byteLength;) {
    const { bytesWritten } = await file.write(chunk, offset);
    offset += bytesWritten;
  }
}

async function moveSynced(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  await rename(from, to);
  const folder = await open(dirname(to), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function rethrowFull(error: unknown): never {
  const { code } = error as NodeJS.ErrnoException;
  throw code === 'ENOSPC' || code === 'EDQUOT' ? new StorageFullError(error) : error;
}
