// The rows of a file of either kind: JSON lines, or one JSON array.

import { ArrayCutter, OPEN_ARRAY } from './array-cutter.js';
import { DatasetError } from './dataset-error.js';
import { MAX_ROWS } from './limits.js';
import { LineCutter } from './line-cutter.js';
import { isBlank, type RawRow, type RowCutter } from './row-cutter.js';

/** The byte order mark of UTF-8. */
const MARK = [0xef, 0xbb, 0xbf];

export class FileReader implements RowCutter {
  private rows = 0;
  private markAt = 0;
  private readonly lines = new LineCutter();
  private cutter: RowCutter | undefined;

  *push(bytes: Uint8Array): Iterable<RawRow> {
    yield* this.counted(this.cut(bytes));
  }

  *end(): Iterable<RawRow> {
    yield* this.counted((this.cutter ?? this.lines).end());
  }

  /** The first byte that is not blank decides; blank lines before it count. */
  private cut(bytes: Uint8Array): Iterable<RawRow> {
    if (this.cutter) return this.cutter.push(bytes);
    const body = this.withoutMark(bytes);
    const first = body.findIndex((byte) => !isBlank(byte));
    if (first < 0 || body[first] !== OPEN_ARRAY) {
      if (first >= 0) this.cutter = this.lines;
      return this.lines.push(body);
    }
    this.cutter = new ArrayCutter();
    return this.cutter.push(body.subarray(first + 1));
  }

  private withoutMark(bytes: Uint8Array): Uint8Array {
    let at = 0;
    while (at < bytes.length && bytes[at] === MARK[this.markAt])
      [at, this.markAt] = [at + 1, this.markAt + 1];
    if (at < bytes.length) this.markAt = MARK.length;
    return bytes.subarray(at);
  }

  private *counted(rows: Iterable<RawRow>): Iterable<RawRow> {
    for (const row of rows) {
      this.rows += 1;
      if (this.rows > MAX_ROWS)
        throw new DatasetError(row.line, '', `is row ${this.rows}: a file has at most ${MAX_ROWS}`);
      yield row;
    }
  }
}
