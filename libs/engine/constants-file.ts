// Constants one after the other in a file, from which sessions read them: in memory they would be there once more.
import { appendFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { Constant } from '#onnx/types.js';

/** Of a processor's cache lines. */
const ALIGNMENT = 64;

export class ConstantsFile {
  readonly folder: string;
  readonly name: string;
  /** Bytes from the file's start, by the constants' names. */
  readonly offsets = new Map<string, number>();
  private end = 0;

  /** @param path of a file that is not there yet. */
  constructor(private readonly path: string) {
    [this.folder, this.name] = [dirname(path), basename(path)];
  }

  add(name: string, data: Constant): void {
    const padding = -this.end & (ALIGNMENT - 1);
    appendFileSync(this.path, new Uint8Array(padding));
    appendFileSync(this.path, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    this.offsets.set(name, this.end + padding);
    this.end += padding + data.byteLength;
  }
}
