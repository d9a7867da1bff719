import { DatasetError } from './dataset-error.js';
import { bounded, isBlank, type RawRow, type RowCutter } from './row-cutter.js';

const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
export const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** The elements of one JSON array, which begins before the first bytes. */
export class ArrayCutter implements RowCutter {
  private line = 1;
  /** Begun, not ended. */
  private open: Uint8Array = new Uint8Array();
  private depth = 1;
  private inString = false;
  private isEscaped = false;

  *push(bytes: Uint8Array): Iterable<RawRow> {
    const all = Buffer.concat([this.open, bytes]);
    let from = 0;
    for (let at = this.open.length; at < all.length && this.depth > 0; at++) {
      if (!this.ends(all[at])) continue;
      yield* this.row(all.subarray(from, at));
      from = at + 1;
    }
    this.open = bounded(this.line, all.subarray(from));
    if (this.depth === 0) this.passBlank();
  }

  end(): RawRow[] {
    if (this.depth > 0) throw this.invalid('the array has no end');
    return [];
  }

  private *row(bytes: Uint8Array): Iterable<RawRow> {
    const isEmptyArray = this.depth === 0 && this.line === 1 && bytes.every(isBlank);
    if (!isEmptyArray) yield { line: this.line, bytes: bounded(this.line, bytes) };
    this.line += 1;
  }

  /** Follows strings and nesting. @returns whether an element ends before this byte. */
  private ends(byte: number | undefined): boolean {
    if (this.inString) {
      this.inString = byte !== QUOTE || this.isEscaped;
      this.isEscaped = byte === BACKSLASH && !this.isEscaped;
      return false;
    }
    if (byte === COMMA) return this.depth === 1;
    if (byte === QUOTE) this.inString = true;
    if (byte === OPEN_ARRAY || byte === OPEN_OBJECT) this.depth += 1;
    if (byte === CLOSE_ARRAY || byte === CLOSE_OBJECT) this.depth -= 1;
    return this.depth === 0;
  }

  private passBlank(): void {
    if (!this.open.every(isBlank)) throw this.invalid('something follows the array');
    this.open = new Uint8Array();
  }

  private invalid(why: string): DatasetError {
    return new DatasetError(this.line, '', `is not valid JSON (${why})`);
  }
}
