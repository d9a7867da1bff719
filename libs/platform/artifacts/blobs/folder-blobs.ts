// Blobs as files: <root>/<key>. What is being written lies in <root>/~writing/, whose name is no
// key, under the folder of its key.

import { randomUUID } from 'node:crypto';
import { link, open, readdir, rename, rm, stat, unlink } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { BlobNotFoundError } from '../../errors/blob-not-found.error.js';
import { checkFolder, checkKey, checkPrefix, isPart } from './blob-key.js';
import type { BlobEntry, BlobStore, Chunks } from './blob-store.js';
import { checkRange, type ByteRange } from './byte-range.js';
import { makeFolder, overwrite, syncNames, syncPath, writeSynced } from './durable-file.js';
import { ignoreAbsent, isTaken, rethrowAs } from './file-errors.js';

/** What a stream of a file has in memory, in bytes. */
const BUFFER = 2 ** 20;

type Place = (from: string, to: string) => Promise<void>;

export class FolderBlobs implements BlobStore {
  private readonly root: string;
  private readonly writing: string;

  constructor(root: string) {
    this.root = resolve(root);
    this.writing = join(this.root, '~writing');
  }

  async write(key: string, chunks: Chunks): Promise<void> {
    await this.writeTo(key, chunks, rename);
  }

  async create(key: string, bytes: Uint8Array): Promise<boolean> {
    return this.writeTo(key, [bytes], link).then(
      () => true,
      async (error: unknown) => {
        if (!isTaken(error)) throw error;
        // Whoever has made it may not have flushed its name yet.
        await syncNames(this.path(key), this.root).catch(rethrowAs(key));
        return false;
      },
    );
  }

  async read(key: string, range?: ByteRange): Promise<Readable> {
    if (range) checkRange(range);
    const file = await open(this.path(key)).catch(rethrowAs(key));
    const stats = await file.stat();
    const { start, end } = {
      start: 0,
      ...range,
      end: Math.min(range?.end ?? Infinity, stats.size),
    };
    if (stats.isFile() && start < end)
      return file.createReadStream({ start, end: end - 1, highWaterMark: BUFFER });
    await file.close();
    if (stats.isFile()) return Readable.from([]);
    throw new BlobNotFoundError(key);
  }

  async size(key: string): Promise<number | null> {
    const stats = await stat(this.path(key)).catch(ignoreAbsent).catch(rethrowAs(key));
    return stats?.isFile() ? stats.size : null;
  }

  async move(from: string, to: string): Promise<void> {
    const [source, target] = [this.path(from), this.path(to)];
    if ((await this.size(from)) === null) throw new BlobNotFoundError(from);
    await this.place(source, target, rename).catch(rethrowAs(from));
    await syncPath(dirname(source)).catch(rethrowAs(from));
  }

  async delete(key: string): Promise<void> {
    const path = this.path(key);
    const removed = unlink(path).then(() => syncPath(dirname(path)));
    await removed.catch(ignoreAbsent).catch(rethrowAs(key));
  }

  async destroy(key: string): Promise<void> {
    const overwritten = overwrite(this.path(key));
    await overwritten.catch(ignoreAbsent).catch(rethrowAs(key));
    await this.delete(key);
  }

  async *list(prefix: string): AsyncGenerator<BlobEntry, void, void> {
    for (const entry of await this.entries(prefix)) {
      const key = prefix + entry.name;
      if (entry.isDirectory()) yield* this.list(`${key}/`);
      else yield* this.entry(key);
    }
  }

  async *listFolders(prefix: string): AsyncGenerator<string, void, void> {
    for (const entry of await this.entries(prefix)) if (entry.isDirectory()) yield entry.name;
  }

  async deleteAll(prefix: string): Promise<void> {
    checkFolder(prefix);
    // What is half-written first: it cannot be placed any more after that.
    for (const root of [this.writing, this.root]) {
      const path = join(root, prefix);
      await rm(path, { recursive: true, force: true, maxRetries: 10 }).catch(rethrowAs(prefix));
      await syncPath(dirname(path)).catch(ignoreAbsent).catch(rethrowAs(prefix));
    }
  }

  async sweep(before: Date): Promise<void> {
    const entries = await readdir(this.writing, { recursive: true, withFileTypes: true })
      .catch(ignoreAbsent)
      .catch(rethrowAs('~writing'));
    for (const entry of entries ?? []) {
      const path = join(entry.parentPath, entry.name);
      const stats = entry.isFile() && (await stat(path).catch(ignoreAbsent));
      if (stats && stats.mtime < before) await rm(path, { force: true });
    }
  }

  private async writeTo(key: string, chunks: Chunks, place: Place): Promise<void> {
    const path = this.path(key);
    const half = join(this.writing, dirname(key), randomUUID());
    const rethrow = rethrowAs(key);
    await makeFolder(dirname(half)).catch(rethrow);
    try {
      await writeSynced(half, chunks, rethrow);
      await this.place(half, path, place).catch(rethrow);
    } finally {
      await rm(half, { force: true }).catch(() => {});
    }
  }

  private async place(from: string, to: string, place: Place): Promise<void> {
    await makeFolder(dirname(to));
    await place(from, to);
    await syncNames(to, this.root);
  }

  private async entries(prefix: string) {
    checkPrefix(prefix);
    const entries = await readdir(join(this.root, prefix), { withFileTypes: true })
      .catch(ignoreAbsent)
      .catch(rethrowAs(prefix));
    return (entries ?? []).filter(({ name }) => isPart(name));
  }

  /** None where it was deleted meanwhile. */
  private async *entry(key: string): AsyncGenerator<BlobEntry, void, void> {
    const stats = await stat(this.path(key)).catch(ignoreAbsent).catch(rethrowAs(key));
    if (stats?.isFile()) yield { key, bytes: stats.size, modifiedAt: stats.mtime };
  }

  /** The one place where a key becomes a path. */
  private path(key: string): string {
    checkKey(key);
    return join(this.root, key);
  }
}
