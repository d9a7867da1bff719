// Integers one after the other in a file, from which sessions read them: in memory they would be
// there once more.

import { closeSync, openSync, writeFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';

/** Of a processor's cache lines. */
const ALIGNMENT = 64;

export class ConstantsFile {
  readonly folder: string;
  readonly name: string;
  /** Bytes from the file's start, by the constants' names. */
  readonly offsets = new Map<string, number>();
  private readonly descriptor: number;
  private end = 0;

  /** @param path of a file that is not there yet. */
  constructor(path: string) {
    [this.folder, this.name] = [dirname(path), basename(path)];
    this.descriptor = openSync(path, 'wx');
  }

  add(name: string, data: Int8Array): void {
    this.offsets.set(name, this.end);
    const bytes = Math.ceil(data.length / ALIGNMENT) * ALIGNMENT;
    writeFileSync(this.descriptor, data);
    if (bytes > data.length) writeFileSync(this.descriptor, new Uint8Array(bytes - data.length));
    this.end += bytes;
  }

  close(): void {
    closeSync(this.descriptor);
  }
}
