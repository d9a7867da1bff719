// A stream of an object that outlives its connections: S3 ends those whose reader is slow.

import type { GetObjectCommandOutput } from '@aws-sdk/client-s3';
import { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import { CorruptArtifactError } from '../../../errors/corrupt-artifact.error.js';
import { StorageUnavailableError } from '../../../errors/storage-unavailable.error.js';
import { formatCrc32 } from './crc32.js';

/** In a row, without a byte in between. */
const FAILURES = 5;

/** The object again, without its first `offset` bytes. */
type Resume = (offset: number) => Promise<Pick<GetObjectCommandOutput, 'Body'> | null>;

/** Fails with CorruptArtifactError at the end of bytes that differ from their checksum. */
export function resumedStream(
  key: string,
  first: GetObjectCommandOutput,
  resume: Resume,
): Readable {
  const reading = new Reading(key, first, resume);
  const stream = Readable.from(reading.chunks(), { objectMode: false });
  return stream.once('close', () => reading.close());
}

class Reading {
  private body: Readable;
  private iterator: AsyncIterator<Uint8Array>;
  private offset = 0;
  private crc = 0;
  private closed = false;

  constructor(
    private readonly key: string,
    private readonly first: GetObjectCommandOutput,
    private readonly resume: Resume,
  ) {
    [this.body, this.iterator] = opened(first);
  }

  async *chunks(): AsyncGenerator<Uint8Array, void, void> {
    const { ContentLength = 0 } = this.first;
    while (this.offset < ContentLength) yield await this.chunk();
    // To its very end: its connection is used again then, and the SDK says what it finds wrong.
    const { done } = await this.iterator.next().catch(() => ({ done: false }));
    if (!done || !this.isWhole()) throw new CorruptArtifactError(this.key);
  }

  /** Also where nobody has read a byte. */
  close(): void {
    this.closed = true;
    this.body.destroy();
  }

  private async chunk(): Promise<Uint8Array> {
    for (let failures = 1; ; failures++) {
      try {
        return await this.received();
      } catch (error) {
        if (this.closed || failures === FAILURES) throw new StorageUnavailableError(error);
      }
      [this.body, this.iterator] = opened(await this.resume(this.offset));
      if (this.closed) this.body.destroy();
    }
  }

  private async received(): Promise<Uint8Array> {
    const { value, done } = await this.iterator.next();
    if (done) throw new Error(`the answer ends after ${this.offset} bytes`);
    this.offset += value.byteLength;
    this.crc = crc32(value, this.crc);
    return value;
  }

  /** The SDK checks what one answer brought. */
  private isWhole(): boolean {
    const { ChecksumCRC32: expected, ChecksumType } = this.first;
    const isKnown = expected !== undefined && ChecksumType !== 'COMPOSITE';
    return !isKnown || expected === formatCrc32(this.crc);
  }
}

function opened(answer: Pick<GetObjectCommandOutput, 'Body'> | null) {
  const body = (answer?.Body as Readable | undefined) ?? Readable.from([]);
  return [body, body[Symbol.asyncIterator]()] as const;
}
