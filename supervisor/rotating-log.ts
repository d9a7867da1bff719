// One process's log on disk, bounded: the current file and one before it.

import { closeSync, fstatSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

const logLimit = 10 * 2 ** 20;

export class RotatingLog {
  private file: number;
  private bytes: number;
  private closed = false;

  /** @param limit size in bytes at which the file becomes `<path>.1` and a new one begins. */
  constructor(
    readonly path: string,
    private readonly limit = logLimit,
  ) {
    mkdirSync(dirname(path), { recursive: true });
    this.file = openSync(path, 'a');
    this.bytes = fstatSync(this.file).size;
  }

  write(chunk: Buffer | string): void {
    if (this.closed) return;
    try {
      if (this.bytes >= this.limit) this.rotate();
      this.bytes += writeSync(this.file, Buffer.from(chunk));
    } catch {
      // A full disk must not take the platform down with its log: the line is lost, the services go
      // on.
    }
  }

  close(): void {
    if (!this.closed) closeSync(this.file);
    this.closed = true;
  }

  private rotate(): void {
    closeSync(this.file);
    renameSync(this.path, `${this.path}.1`);
    this.file = openSync(this.path, 'a');
    this.bytes = 0;
  }
}
