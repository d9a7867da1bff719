// Turns a growing list of token ids into text piece by piece, never cutting a character in half.

/**
 * A character has at most four bytes and so at most four tokens: what is incomplete for longer is
 * not text.
 */
const LONGEST_CHARACTER = 4;
const INCOMPLETE = /(?<!\ufffd)\ufffd+$/;

export class Detokenizer {
  /**
   * The last ids: those of the piece before decide how later ones are spelt. Text of the first
   * `read` ids was given out.
   */
  private window: number[] = [];
  private read = 0;
  /**
   * Length of the window's text that was given out, and number of ids that left a character
   * incomplete since.
   */
  private given = 0;
  private waiting = 0;

  /** @param before ids of a whole text that these go on from, given out already. */
  constructor(
    private readonly decode: (ids: readonly number[]) => string,
    before: readonly number[] = [],
  ) {
    this.window = this.endOf(before);
    this.read = this.window.length;
    this.given = this.decode(this.window).length;
  }

  /** Goes on from here by itself. */
  fork(): Detokenizer {
    const fork = new Detokenizer(this.decode);
    fork.window = [...this.window];
    [fork.read, fork.given, fork.waiting] = [this.read, this.given, this.waiting];
    return fork;
  }

  /** Text that the token completes; '' while a character is under way. */
  push(id: number): string {
    this.window.push(id);
    this.waiting += 1;
    return this.take(false);
  }

  /** Text that would be left with one more token at the end; nothing changes. */
  withLast(id: number): string {
    return this.decode([...this.window, id]).slice(this.given);
  }

  /** What is left at the end, incomplete characters included. */
  flush(): string {
    return this.take(true);
  }

  /** The last ids, from the beginning of a character on. */
  private endOf(ids: readonly number[]): number[] {
    const ends = Array.from({ length: LONGEST_CHARACTER }, (_, i) =>
      ids.slice(-LONGEST_CHARACTER - i),
    );
    return ends.find((end) => !this.decode(end).startsWith('\ufffd')) ?? [];
  }

  private take(isEnd: boolean): string {
    const all = this.decode(this.window);
    const trimmed = all.replace(INCOMPLETE, '');
    const isStuck = this.waiting >= LONGEST_CHARACTER && trimmed.length <= this.given;
    const whole = isEnd || isStuck ? all : trimmed;
    if (whole === all) this.waiting = 0;
    const text = whole.slice(this.given);
    // A token without text stays in the window, or the next one would be spelt as if it began the
    // answer.
    if (text === '') return '';
    this.given = whole.length;
    this.waiting = 0;
    if (whole === all) {
      this.window = this.window.slice(this.read);
      this.given = this.decode(this.window).length;
    }
    this.read = this.window.length;
    return text;
  }
}
