// Files and names that outlive a power cut: flushed to the disk, with the folders that name them.

import { mkdir, open, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Chunks } from './blob-store.js';

/** Makes a folder, and those above it, that its owner alone may enter. */
export async function makeFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 });
}

/**
 * A new file with all chunks, flushed.
 * @param rethrow gets the file system's errors; what the chunks throw is thrown as it is.
 */
export async function writeSynced(
  path: string,
  chunks: Chunks,
  rethrow: (error: unknown) => never,
): Promise<void> {
  const file = await open(path, 'wx', 0o600).catch(rethrow);
  try {
    for await (const chunk of chunks) await writeAll(file, chunk).catch(rethrow);
    await file.sync().catch(rethrow);
  } finally {
    await file.close();
  }
}

/** Zeros in the place of what a file has: a new file would leave that on the disk. */
export async function overwrite(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    const { size } = await file.stat();
    await file.write(Buffer.alloc(size), 0, size, 0);
    await file.sync();
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

/**
 * Flushes the name of a file and those of its folders below `root`: any of them may be new, made by
 * a writer that has not flushed it yet.
 */
export async function syncNames(path: string, root: string): Promise<void> {
  const folders: string[] = [];
  for (let folder = dirname(path); folder.length >= root.length; folder = dirname(folder))
    folders.push(folder);
  await Promise.all(folders.map(syncFolder));
}

export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
