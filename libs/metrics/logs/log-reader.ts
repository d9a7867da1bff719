// Typed steps into a parsed log; each failure names the path it happened at.

import { LogFormatError } from './log-format-error.js';

/** A value inside a log file, with the way to it. */
export class LogReader {
  constructor(
    private readonly value: unknown,
    private readonly file: string,
    private readonly path: readonly string[] = [],
  ) {}

  /** The entry of a key. @throws LogFormatError where it is missing. */
  at(key: string): LogReader {
    const path = [...this.path, key];
    if (typeof this.value !== 'object' || this.value === null)
      throw this.error('must be an object');
    if (!Object.hasOwn(this.value, key))
      throw new LogFormatError(this.file, path.join('.'), 'is missing');
    return new LogReader((this.value as Record<string, unknown>)[key], this.file, path);
  }

  has(key: string): boolean {
    return typeof this.value === 'object' && this.value !== null && Object.hasOwn(this.value, key);
  }

  get isNull(): boolean {
    return this.value === null;
  }

  /** Question indices of an object (or list) with one entry per question. */
  indices(): string[] {
    if (typeof this.value !== 'object' || this.value === null)
      throw this.error('must hold one entry per question');
    const keys = Object.keys(this.value);
    if (keys.length === 0) throw this.error('is empty');
    return keys;
  }

  number(): number {
    if (typeof this.value !== 'number') throw this.error('must be a number');
    return this.value;
  }

  /** One number, or a list of at least one. */
  numbers(): number[] {
    if (!Array.isArray(this.value)) return [this.number()];
    if (this.value.length === 0) throw this.error('is empty');
    return this.value.map((v, i) =>
      new LogReader(v, this.file, [...this.path, String(i)]).number(),
    );
  }

  private error(problem: string): LogFormatError {
    return new LogFormatError(this.file, this.path.join('.'), problem);
  }
}
