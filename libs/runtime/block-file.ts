// Matrices in blocks in a file that has no name any more, read in place. Sessions lay them out for
// their products once, as they open; after that the system need not keep them in memory, as it can
// read them again for the next session.

import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BlockTensor } from '#models/tensors/block-tensor.js';
import { loadMemoryMap, type MemoryMap } from './memory-map.js';

/** Of processors' cache lines, within a tensor. */
const LINE = 64;
/** A multiple of every system's page size. */
const PAGE = 2 ** 16;

const upTo = (unit: number, bytes: number): number => Math.ceil(bytes / unit) * unit;

export class BlockFile {
  private end = 0;
  private isFull = false;
  private readonly mapped: ArrayBuffer[] = [];

  private constructor(
    private readonly map: MemoryMap,
    private readonly descriptor: number,
  ) {}

  /** `undefined` where files cannot be read in place, or there is no place for any. */
  static async open(): Promise<BlockFile | undefined> {
    const map = await loadMemoryMap();
    return map && namelessFile((descriptor) => new BlockFile(map, descriptor));
  }

  /** The same tensor from the file; as it was where the disk is full. */
  keep(tensor: BlockTensor): BlockTensor {
    const { data, scales, offsets } = tensor;
    const parts = offsets ? [data, scales, offsets] : [data, scales];
    const buffer = this.isFull ? undefined : this.store(parts);
    if (!buffer) return tensor;
    let at = 0;
    const next = ({ byteLength }: ArrayBufferView): number => {
      const start = at;
      at += upTo(LINE, byteLength);
      return start;
    };
    const floats = (part: Float32Array): Float32Array =>
      new Float32Array(buffer, next(part), part.length);
    return {
      ...tensor,
      data: new Uint8Array(buffer, next(data), data.length),
      scales: floats(scales),
      ...(offsets ? { offsets: floats(offsets) } : {}),
    };
  }

  /** To be called when no session and nobody else reads the tensors any more. */
  close(): void {
    for (const buffer of this.mapped) this.map.unmap(buffer);
    closeSync(this.descriptor);
  }

  /** One after the other, each from a cache line's start. */
  private store(parts: readonly ArrayBufferView[]): ArrayBuffer | undefined {
    const start = this.end;
    let at = start;
    try {
      for (const part of parts) {
        writeAll(this.descriptor, part, at);
        at += upTo(LINE, part.byteLength);
      }
    } catch {
      this.isFull = true;
      return undefined;
    }
    this.end = upTo(PAGE, at);
    const buffer = this.map.map(this.descriptor, start, at - start);
    if (buffer) this.mapped.push(buffer);
    return buffer;
  }
}

/** In a folder that is gone again, with the name, before anything is written. */
function namelessFile<T>(use: (descriptor: number) => T): T | undefined {
  try {
    const folder = mkdtempSync(join(tmpdir(), 'lethe-blocks-'));
    const descriptor = openSync(join(folder, 'blocks'), 'wx+', 0o600);
    rmSync(folder, { recursive: true });
    return use(descriptor);
  } catch {
    return undefined;
  }
}

function writeAll(descriptor: number, part: ArrayBufferView, at: number): void {
  const bytes = new Uint8Array(part.buffer, part.byteOffset, part.byteLength);
  for (let done = 0; done < bytes.length;)
    done += writeSync(descriptor, bytes, done, Math.min(bytes.length - done, 2 ** 30), at + done);
}
