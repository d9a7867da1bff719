// One space of a sealed store. What is in it is named and sealed with its key alone.

import { createHash, randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { z } from 'zod';
import { hashSchema } from '#contracts/hash.js';
import { ArtifactNotFoundError } from '../errors/artifact-not-found.error.js';
import { BlobNotFoundError } from '../errors/blob-not-found.error.js';
import type { OpenSpan } from '../telemetry/tracing/open-span.js';
import { inSpan } from '../telemetry/tracing/spans.js';
import type { ArtifactSpace, Hash, PutOptions, Stored } from './artifact-store.js';
import type { BlobStore } from './blobs/blob-store.js';
import type { ByteRange } from './blobs/byte-range.js';
import type { Keyring } from './keys/keyring.js';
import type { SpaceKey } from './keys/space-key.js';
import type { TextKey } from './keys/text-key.js';
import { Meter } from './meter.js';
import { openSealed } from './sealing/open-sealed.js';
import { seal, sealBytes } from './sealing/seal.js';

const manifestSchema = z.object({ files: z.record(z.string(), hashSchema) });

export class SealedSpace implements ArtifactSpace {
  constructor(
    private readonly blobs: BlobStore,
    private readonly keyring: Keyring,
    private readonly tenantId: string,
    readonly id: string,
  ) {}

  lives(): Promise<boolean> {
    return this.keyring.has(this.tenantId, this.id);
  }

  async put(bytes: Uint8Array): Promise<Hash> {
    const hash = createHash('sha256').update(bytes).digest('hex');
    const key = await this.key();
    const name = objectName(key, hash);
    await this.replace(key, name, bytes, saltOf(name));
    return hash;
  }

  /** Under a name of its own until its hash, and with it its place, is known. */
  async putStream(stream: Readable, { maxBytes }: PutOptions): Promise<Stored> {
    return this.traced('write', async (span) => {
      const stored = await this.take(stream, maxBytes);
      span.set({ 'lethe.artifact.bytes': stored.bytes });
      return stored;
    });
  }

  private async take(stream: Readable, maxBytes: number): Promise<Stored> {
    const key = await this.key();
    const incoming = key.path(`incoming/${randomUUID()}`);
    const meter = new Meter(stream, maxBytes);
    const name = (): string => objectName(key, meter.hash);
    await this.blobs.write(incoming, seal(meter, key, name));
    await this.blobs.move(incoming, key.path(name()));
    return { hash: meter.hash, bytes: meter.bytes };
  }

  async get(hash: Hash): Promise<Buffer> {
    return concat(await this.open(hash));
  }

  async getStream(hash: Hash, range?: ByteRange): Promise<Readable> {
    return Readable.from(await this.open(hash, range), { objectMode: false });
  }

  async has(hash: Hash): Promise<boolean> {
    const key = await this.key();
    return isHash(hash) && (await this.blobs.size(key.path(objectName(key, hash)))) !== null;
  }

  putJson(value: unknown): Promise<Hash> {
    return this.put(Buffer.from(JSON.stringify(value)));
  }

  async getJson<T>(hash: Hash): Promise<T> {
    return JSON.parse((await this.get(hash)).toString('utf8')) as T;
  }

  async putBundle(files: Readonly<Record<string, Uint8Array>>): Promise<Hash> {
    return this.traced('write', async (span) => {
      span.set(sizeOf(files));
      const hashes: [string, Hash][] = [];
      for (const [name, bytes] of Object.entries(files).toSorted(([a], [b]) => (a < b ? -1 : 1)))
        hashes.push([name, await this.put(bytes)]);
      return this.putJson({ files: Object.fromEntries(hashes) });
    });
  }

  async getBundle(hash: Hash): Promise<Record<string, Buffer>> {
    return this.traced('read', async (span) => {
      const reading = Object.entries(await this.listBundle(hash)).map(
        async ([name, file]) => [name, await this.get(file)] as const,
      );
      const files = Object.fromEntries(await Promise.all(reading));
      span.set(sizeOf(files));
      return files;
    });
  }

  /** What is large, or many: a span for each small thing would say less. */
  private traced<T>(access: 'read' | 'write', work: (span: OpenSpan) => Promise<T>): Promise<T> {
    return inSpan(`artifact ${access}`, { attributes: { 'lethe.space.id': this.id } }, work);
  }

  async listBundle(hash: Hash): Promise<Record<string, Hash>> {
    return manifestSchema.parse(await this.getJson(hash)).files;
  }

  async write(name: string, bytes: Uint8Array): Promise<void> {
    const key = await this.key();
    await this.replace(key, namedName(key, name), bytes);
  }

  async read(name: string): Promise<Buffer | null> {
    const key = await this.key();
    try {
      return await concat(await openSealed(this.blobs, key, namedName(key, name)));
    } catch (error) {
      if (BlobNotFoundError.isInstance(error)) return null;
      throw error;
    }
  }

  async remove(name: string): Promise<void> {
    const key = await this.key();
    await this.blobs.delete(key.path(namedName(key, name)));
  }

  async textKey(): Promise<TextKey> {
    return (await this.key()).texts;
  }

  async setRef(name: string, hash: Hash): Promise<void> {
    await this.write(name, Buffer.from(hashSchema.parse(hash)));
  }

  async getRef(name: string): Promise<Hash | null> {
    const content = await this.read(name);
    return content && content.toString('latin1');
  }

  /** @throws SpaceErasedError */
  private key(): Promise<SpaceKey> {
    return this.keyring.find(this.tenantId, this.id);
  }

  private async replace(
    key: SpaceKey,
    name: string,
    bytes: Uint8Array,
    salt?: Buffer,
  ): Promise<void> {
    await this.blobs.write(key.path(name), [sealBytes(bytes, key, name, salt)]);
  }

  private async open(hash: Hash, range?: ByteRange): Promise<AsyncGenerator<Buffer, void, void>> {
    const key = await this.key();
    if (!isHash(hash)) throw new ArtifactNotFoundError(hash.slice(0, 80));
    try {
      return await openSealed(this.blobs, key, objectName(key, hash), range);
    } catch (error) {
      throw BlobNotFoundError.isInstance(error) ? new ArtifactNotFoundError(hash) : error;
    }
  }
}

const sizeOf = (files: Readonly<Record<string, Uint8Array>>) => ({
  'lethe.artifact.files': Object.keys(files).length,
  'lethe.artifact.bytes': Object.values(files).reduce((sum, { byteLength }) => sum + byteLength, 0),
});

const objectName = (key: SpaceKey, hash: Hash): string => `objects/${key.name(hash)}`;
/** The same bytes are sealed the same way: who reads while they are put again sees one sealing. */
const saltOf = (name: string): Buffer => createHash('sha256').update(name).digest();

const namedName = (key: SpaceKey, name: string): string => `named/${key.name(name)}`;
const isHash = (text: string): boolean => hashSchema.safeParse(text).success;

async function concat(chunks: AsyncIterable<Buffer>): Promise<Buffer> {
  const all: Buffer[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all);
}
