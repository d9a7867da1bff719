// Bytes on their way: counted, bounded and hashed.

import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { ArtifactTooLargeError } from '../errors/artifact-too-large.error.js';

export class Meter implements AsyncIterable<Uint8Array> {
  bytes = 0;
  private readonly digest = createHash('sha256');
  private hex: string | undefined;

  constructor(
    private readonly stream: Readable,
    private readonly maxBytes: number,
  ) {}

  /** @throws ArtifactTooLargeError; what the stream throws */
  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, void> {
    for await (const chunk of this.stream as AsyncIterable<Uint8Array>) {
      this.bytes += chunk.byteLength;
      if (this.bytes > this.maxBytes) throw new ArtifactTooLargeError(this.maxBytes);
      this.digest.update(chunk);
      yield chunk;
    }
  }

  /** SHA-256 of all of them, in hex; asked once they have passed. */
  get hash(): string {
    this.hex ??= this.digest.digest('hex');
    return this.hex;
  }
}
