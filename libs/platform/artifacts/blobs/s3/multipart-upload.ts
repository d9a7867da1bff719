// An object that arrives in parts, a few of them on the way at once, and is there when all are.

import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
  type CompletedPart,
  type CreateMultipartUploadCommandInput,
  type UploadPartCopyCommandInput,
} from '@aws-sdk/client-s3';
import { randomUUID } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { addressOf, type Bucket, type ObjectAddress } from './bucket.js';
import { formatCrc32 } from './crc32.js';
import { rethrowAs, wasRepeated } from './s3-errors.js';
import { isWrittenBy } from './writers.js';

/** What an upload holds in memory, in parts, beside the one that is being filled. */
const ON_THE_WAY = 3;

export type CopySource = Pick<UploadPartCopyCommandInput, 'CopySource' | 'CopySourceIfMatch'>;

type Checksum = Pick<CreateMultipartUploadCommandInput, 'ChecksumAlgorithm' | 'ChecksumType'>;

/** Of the whole object, so that it is known before and checked after. */
export const CRC32 = { ChecksumAlgorithm: 'CRC32', ChecksumType: 'FULL_OBJECT' } as const;

interface UploadAddress extends ObjectAddress {
  readonly UploadId: string | undefined;
}

export class MultipartUpload {
  private readonly sent: Promise<CompletedPart>[] = [];
  private readonly stopped = new AbortController();
  private crc = 0;

  private constructor(
    private readonly bucket: Bucket,
    private readonly key: string,
    private readonly writer: string,
    private readonly address: UploadAddress,
  ) {}

  static async begin(
    bucket: Bucket,
    key: string,
    checksum: Checksum = {},
  ): Promise<MultipartUpload> {
    const [address, writer] = [addressOf(bucket, key), randomUUID()];
    const command = new CreateMultipartUploadCommand({
      ...address,
      ...checksum,
      Metadata: { writer },
    });
    const { UploadId } = await bucket.client.send(command).catch(rethrowAs(key));
    return new MultipartUpload(bucket, key, writer, { ...address, UploadId });
  }

  /** CRC-32 of all that was added. */
  get checksum(): string {
    return formatCrc32(this.crc);
  }

  /** Resolves when there is room for the next part. @throws what became of an earlier one */
  async add(bytes: Buffer): Promise<void> {
    this.crc = crc32(bytes, this.crc);
    await this.send(async (PartNumber) => {
      const { ETag, ChecksumCRC32 } = await this.bucket.client.send(
        new UploadPartCommand({
          ...this.address,
          PartNumber,
          Body: bytes,
          ChecksumAlgorithm: 'CRC32',
        }),
        { abortSignal: this.stopped.signal },
      );
      return { PartNumber, ETag, ChecksumCRC32 };
    });
  }

  /** As `add`, with a range of another object. */
  async copy(source: CopySource, range: string): Promise<void> {
    await this.send(async (PartNumber) => {
      const { CopyPartResult } = await this.bucket.client.send(
        new UploadPartCopyCommand({
          ...this.address,
          ...source,
          PartNumber,
          CopySourceRange: range,
        }),
        { abortSignal: this.stopped.signal },
      );
      return { ...CopyPartResult, PartNumber };
    });
  }

  /** @param checksum what the server's own must be. */
  async complete(checksum?: string): Promise<void> {
    const Parts = await Promise.all(this.sent);
    await this.bucket.client
      .send(
        new CompleteMultipartUploadCommand({
          ...this.address,
          MultipartUpload: { Parts },
          ...(checksum && { ChecksumCRC32: checksum, ChecksumType: CRC32.ChecksumType }),
        }),
      )
      .catch(async (error: unknown) => {
        if (!(await this.isCompleted(error))) rethrowAs(this.key)(error);
      });
  }

  /** Idempotent; what it cannot remove is swept one day. */
  async abort(): Promise<void> {
    this.stopped.abort();
    // A part that arrives after the end of its upload would stay.
    await Promise.allSettled(this.sent);
    await this.bucket.client.send(new AbortMultipartUploadCommand(this.address)).catch(() => {});
  }

  private async send(part: (number: number) => Promise<CompletedPart>): Promise<void> {
    await this.sent.at(-ON_THE_WAY);
    const sending = part(this.sent.length + 1).catch(rethrowAs(this.key));
    // It is awaited later: by then Node would have ended the process over a failure.
    sending.catch(() => {});
    this.sent.push(sending);
  }

  /** Servers say different things of an upload that an earlier request has completed. */
  private async isCompleted(error: unknown): Promise<boolean> {
    return wasRepeated(error) && isWrittenBy(this.bucket, this.key, this.writer);
  }
}
