// Turns a growing list of token ids into text piece by piece, never cutting a character in half.

/** A character has at most four bytes and so at most four tokens: what is incomplete for longer is not text. */
const LONGEST_CHARACTER = 4;
const REPLACEMENT = '\ufffd';

export class Detokenizer {
  private readonly ids: number[] = [];
  /** Tokens before `start` no longer influence how later ones are spelt; text up to `read` has been given out. */
  private start = 0;
  private read = 0;

  constructor(private readonly decode: (ids: readonly number[]) => string) {}

  /** Text that the token completes; '' while a character is under way. */
  push(id: number): string {
    this.ids.push(id);
    return this.take(false);
  }

  /** What is left at the end, incomplete characters included. */
  flush(): string {
    return this.take(true);
  }

  private take(isEnd: boolean): string {
    const before = this.decode(this.ids.slice(this.start, this.read));
    const all = this.decode(this.ids.slice(this.start));
    const isIncomplete = all.endsWith(REPLACEMENT) && this.ids.length - this.read < LONGEST_CHARACTER;
    if (isIncomplete && !isEnd) return '';
    this.start = this.read;
    this.read = this.ids.length;
    return all.slice(before.length);
  }
}
