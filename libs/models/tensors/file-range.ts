// Reads a part of a file: weights are read tensor by tensor, a checkpoint is never whole in memory.

import { open } from 'node:fs/promises';
import { CheckpointError } from '../errors/checkpoint.error.js';

/** Bytes [start, end) of a file. */
export interface FileSpan {
  readonly file: string;
  readonly start: number;
  readonly end: number;
}

const CHUNK = 2 ** 22;

/** Whether two spans hold the same bytes; as much is read as is the same. */
export async function sameBytes(a: FileSpan, b: FileSpan): Promise<boolean> {
  const length = a.end - a.start;
  if (length !== b.end - b.start) return false;
  for (let at = 0; at < length; at += CHUNK) {
    const size = Math.min(CHUNK, length - at);
    const [mine, theirs] = [
      await readRange(a.file, a.start + at, size),
      await readRange(b.file, b.start + at, size),
    ];
    if (Buffer.compare(mine, theirs) !== 0) return false;
  }
  return true;
}

/** Bytes [offset, offset + length) in a buffer of their own, so typed arrays may view it from 0. */
export async function readRange(
  path: string,
  offset: number,
  length: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(length);
  const file = await open(path, 'r');
  try {
    let done = 0;
    while (done < length) {
      // One read call moves at most 2 GiB.
      const { bytesRead } = await file.read(
        bytes,
        done,
        Math.min(length - done, 2 ** 30),
        offset + done,
      );
      if (bytesRead === 0) {
        throw new CheckpointError(
          `${path} is truncated: expected ${length} bytes at ${offset}, found ${done}`,
        );
      }
      done += bytesRead;
    }
  } finally {
    await file.close();
  }
  return bytes;
}
