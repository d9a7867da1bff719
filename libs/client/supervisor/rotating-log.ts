// One process's log on disk, bounded: the current file and one before it.
import { createWriteStream, mkdirSync, renameSync, statSync, type WriteStream } from 'node:fs';
import { dirname } from 'node:path';

export const logLimit = 10 * 2 ** 20;

export class RotatingLog {
  private stream: WriteStream;
  private bytes: number;

  /** @param limit size in bytes at which the file becomes `<path>.1` and a new one begins. */
  constructor(
    readonly path: string,
    private readonly limit = logLimit,
  ) {
    mkdirSync(dirname(path), { recursive: true });
    this.bytes = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    this.stream = this.open();
  }

  write(chunk: Buffer | string): void {
    if (this.bytes >= this.limit) this.rotate();
    this.bytes += Buffer.byteLength(chunk);
    this.stream.write(chunk);
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.stream.end(resolve));
  }

  private rotate(): void {
    this.stream.end();
    renameSync(this.path, `${this.path}.1`);
    this.bytes = 0;
    this.stream = this.open();
  }

  private open(): WriteStream {
    const stream = createWriteStream(this.path, { flags: 'a' });
    // A full disk must not take the platform down with its log: the line is lost, the services go on.
    stream.on('error', () => {});
    return stream;
  }
}
