// Finds stop strings in text that arrives in pieces, also across pieces.

export interface Matched {
  /** Text that is surely not part of a stop string. */
  readonly text: string;
  readonly isStopped: boolean;
}

export class StopMatcher {
  private held = '';

  constructor(private readonly stops: readonly string[]) {}

  /** The stop string and all after it are dropped. */
  push(piece: string): Matched {
    const text = this.held + piece;
    const at = this.stops.map((stop) => text.indexOf(stop)).filter((index) => index >= 0);
    if (at.length > 0) {
      this.held = '';
      return { text: text.slice(0, Math.min(...at)), isStopped: true };
    }
    const keep = Math.max(0, ...this.stops.map((stop) => beginningAtEnd(text, stop)));
    this.held = text.slice(text.length - keep);
    return { text: text.slice(0, text.length - keep), isStopped: false };
  }

  /** Text held back in case a stop string was to follow. */
  flush(): string {
    const text = this.held;
    this.held = '';
    return text;
  }
}

/** Length of the longest end of `text` that is a beginning of `stop`. */
function beginningAtEnd(text: string, stop: string): number {
  for (let length = Math.min(stop.length - 1, text.length); length > 0; length--) {
    if (text.endsWith(stop.slice(0, length))) return length;
  }
  return 0;
}
