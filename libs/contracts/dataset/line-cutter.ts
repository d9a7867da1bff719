import { bounded, isBlank, type RawRow, type RowCutter } from './row-cutter.js';

const NEWLINE = 0x0a;

/** JSON lines: a row on each line; empty ones are counted and passed over. */
export class LineCutter implements RowCutter {
  /** Begun, not ended. */
  private open: Uint8Array = new Uint8Array();
  private line = 1;

  *push(bytes: Uint8Array): Iterable<RawRow> {
    const all = Buffer.concat([this.open, bytes]);
    let from = this.passBlank(all, 0);
    let end = all.indexOf(NEWLINE, Math.max(from, this.open.length));
    while (end >= 0) {
      yield { line: this.line, bytes: bounded(this.line, all.subarray(from, end)) };
      from = this.passBlank(all, end);
      end = all.indexOf(NEWLINE, from);
    }
    this.open = bounded(this.line, all.subarray(from));
  }

  end(): RawRow[] {
    return this.open.length > 0 ? [{ line: this.line, bytes: this.open }] : [];
  }

  private passBlank(bytes: Uint8Array, from: number): number {
    let at = from;
    let lines = 0;
    for (; isBlank(bytes[at]); at++) if (bytes[at] === NEWLINE) lines += 1;
    this.line += lines;
    return at;
  }
}
