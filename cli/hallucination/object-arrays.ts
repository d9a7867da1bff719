// The elements of the arrays in one large JSON object, such as COCO's files, one after the other: the
// whole of half a gigabyte is never in memory.

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const [OPEN_ARRAY, CLOSE_ARRAY, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];
/** Of one element: COCO's largest, outlines of crowds, have a few hundred kB. */
const MAX_ELEMENT_BYTES = 2 ** 24;

export interface Element {
  readonly array: string;
  /** 0-based. */
  readonly index: number;
  readonly json: string;
}

/** Bytes without a meaning for nesting, of which there are most. */
const plain = Uint8Array.from({ length: 256 }, (_, byte) =>
  Number(![QUOTE, BACKSLASH, OPEN_ARRAY, CLOSE_ARRAY, OPEN_OBJECT, CLOSE_OBJECT].includes(byte)),
);

/** Cuts bytes as they come. Elements that are no objects, and arrays of arrays, are passed over. */
export class ObjectArrays {
  private depth = 0;
  private inString = false;
  private isEscaped = false;
  /** The last text at the object's own level, so the name of an array that opens. */
  private name = '';
  private index = 0;
  /** Of a name or an element that has begun and has not ended. */
  private open = Buffer.alloc(0);

  constructor(private readonly wanted: ReadonlySet<string>) {}

  /** @throws RangeError for an element that has no end. */
  *push(bytes: Uint8Array): Iterable<Element> {
    const all = Buffer.concat([this.open, bytes]);
    let from = this.open.length > 0 ? 0 : -1;
    for (let at = this.open.length; at < all.length; at++) {
      const byte = all[at]!;
      if (this.inString) {
        if (this.isEscaped) this.isEscaped = false;
        else if (byte === BACKSLASH) this.isEscaped = true;
        else if (byte === QUOTE) {
          this.inString = false;
          if (this.depth === 1) {
            this.name = all.toString('utf8', from + 1, at);
            from = -1;
          }
        }
      } else if (plain[byte] === 0) {
        if (byte === QUOTE) {
          this.inString = true;
          if (this.depth === 1) from = at;
        } else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
          this.depth += 1;
          if (this.depth === 2) this.index = 0;
          if (this.depth === 3 && byte === OPEN_OBJECT) from = at;
        } else {
          this.depth -= 1;
          if (this.depth === 2 && from >= 0) {
            if (this.wanted.has(this.name))
              yield {
                array: this.name,
                index: this.index,
                json: all.toString('utf8', from, at + 1),
              };
            this.index += 1;
            from = -1;
          }
        }
      }
    }
    this.open = from < 0 ? Buffer.alloc(0) : all.subarray(from);
    if (this.open.length > MAX_ELEMENT_BYTES)
      throw new RangeError(`${this.name}.${this.index} is longer than ${MAX_ELEMENT_BYTES} bytes`);
  }

  /** Whether the object has ended. */
  get hasEnded(): boolean {
    return this.depth === 0 && this.open.length === 0 && !this.inString;
  }
}
