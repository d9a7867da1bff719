// One tenant's artifacts in one folder.

import { createHash } from 'node:crypto';
import { access, open, readFile, rm, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { z } from 'zod';
import { ArtifactNotFoundError } from '../errors/artifact-not-found.error.js';
import { CorruptArtifactError } from '../errors/corrupt-artifact.error.js';
import type { Hash, PutOptions, TenantStore } from './artifact-store.js';
import { writeAtomically, type Written } from './atomic-write.js';

const HASH = /^[0-9a-f]{64}$/;
const manifestSchema = z.object({ files: z.record(z.string(), z.string().regex(HASH)) });

export class FolderTenantStore implements TenantStore {
  constructor(private readonly folder: string) {}

  async put(bytes: Uint8Array): Promise<Hash> {
    const { hash } = await this.write([bytes], Infinity);
    return hash;
  }

  putStream(stream: Readable, { maxBytes }: PutOptions): Promise<Written> {
    return this.write(stream, maxBytes);
  }

  async get(hash: Hash): Promise<Buffer> {
    const bytes = await readFile(this.objectPath(hash)).catch((error) => notFound(error, hash));
    if (createHash('sha256').update(bytes).digest('hex') !== hash)
      throw new CorruptArtifactError(hash);
    return bytes;
  }

  async getStream(hash: Hash): Promise<Readable> {
    const file = await open(this.objectPath(hash)).catch((error) => notFound(error, hash));
    return file.createReadStream();
  }

  has(hash: Hash): Promise<boolean> {
    return exists(this.objectPath(hash));
  }

  async delete(hash: Hash): Promise<void> {
    await rm(this.objectPath(hash), { force: true });
  }

  putJson(value: unknown): Promise<Hash> {
    return this.put(Buffer.from(JSON.stringify(value)));
  }

  async getJson<T>(hash: Hash): Promise<T> {
    return JSON.parse((await this.get(hash)).toString('utf8')) as T;
  }

  async putBundle(files: Readonly<Record<string, Uint8Array>>): Promise<Hash> {
    const hashes: [string, Hash][] = [];
    for (const [name, bytes] of Object.entries(files).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      hashes.push([name, await this.put(bytes)]);
    return this.putJson({ files: Object.fromEntries(hashes) });
  }

  async getBundle(hash: Hash): Promise<Record<string, Buffer>> {
    const files = Object.entries(await this.listBundle(hash)).map(
      async ([name, file]) => [name, await this.get(file)] as const,
    );
    return Object.fromEntries(await Promise.all(files));
  }

  async listBundle(hash: Hash): Promise<Record<string, Hash>> {
    return manifestSchema.parse(await this.getJson(hash)).files;
  }

  async setRef(name: string, hash: Hash): Promise<void> {
    if (!HASH.test(hash)) throw new TypeError('a ref points to a SHA-256 in hex');
    await writeAtomically(join(this.folder, 'tmp'), [Buffer.from(hash)], Infinity, async () =>
      this.refPath(name),
    );
  }

  async getRef(name: string): Promise<Hash | null> {
    const content = await readFile(this.refPath(name), 'utf8').catch(absent);
    return content === null ? null : content.trim();
  }

  async deleteRef(name: string): Promise<void> {
    await rm(this.refPath(name), { force: true });
  }

  private write(chunks: Iterable<Uint8Array> | Readable, maxBytes: number): Promise<Written> {
    return writeAtomically(join(this.folder, 'tmp'), chunks, maxBytes, async ({ hash }) => {
      const path = this.objectPath(hash);
      return (await touch(path)) ? null : path;
    });
  }

  private objectPath(hash: Hash): string {
    if (!HASH.test(hash)) throw new ArtifactNotFoundError(hash.slice(0, 80));
    return join(this.folder, 'objects', hash.slice(0, 2), hash.slice(2));
  }

  private refPath(name: string): string {
    const parts = name.split('/');
    if (!parts.every((part) => /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}$/.test(part)))
      throw new TypeError(`"${name}" cannot name a ref`);
    return join(this.folder, 'refs', ...parts);
  }
}

/** Bytes that are stored again count as new to whoever collects what nothing refers to. */
function touch(path: string): Promise<boolean> {
  const now = new Date();
  return utimes(path, now, now).then(
    () => true,
    () => false,
  );
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function isAbsent(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}

function absent(error: unknown): null {
  if (isAbsent(error)) return null;
  throw error;
}

function notFound(error: unknown, hash: Hash): never {
  throw isAbsent(error) ? new ArtifactNotFoundError(hash) : error;
}
