// Files and names that outlive a power cut: flushed to the disk, with the folders that name them.

import { mkdir, open, readdir, type FileHandle } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { last } from '#collections/items.js';
import type { Chunks } from './blob-store.js';

/** Open files at once while a whole folder is flushed. */
const BATCH = 32;

/** Makes a folder, and those above it, that its owner alone may enter. Flushes their names. */
export async function makeFolder(folder: string): Promise<void> {
  const path = resolve(folder);
  const made = await mkdir(path, { recursive: true, mode: 0o700 });
  if (made !== undefined) await syncNames(path, dirname(made));
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
  const folders = [dirname(path)];
  while (last(folders).length > root.length) folders.push(dirname(last(folders)));
  await Promise.all(folders.map(syncPath));
}

/** Flushes a file, or the names in a folder. */
export async function syncPath(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Flushes a folder and all that lies in it. */
export async function syncTree(root: string): Promise<void> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const paths = [root, ...entries.map(({ parentPath, name }) => join(parentPath, name))];
  for (let start = 0; start < paths.length; start += BATCH)
    await Promise.all(paths.slice(start, start + BATCH).map(syncPath));
}
