// Finds stop strings in text that arrives in pieces, also across pieces.

import { first } from '#collections/items.js';

export interface Matched {
  /** Text that is surely not part of a stop string. */
  readonly text: string;
  /** The stop string that has been found. */
  readonly stop?: string;
}

export class StopMatcher {
  private held = '';

  /** @param isKept whether a stop string that is found is part of the text; all after it never is. */
  constructor(
    private readonly stops: readonly string[],
    private readonly isKept = false,
  ) {}

  /** Goes on from here by itself. */
  fork(): StopMatcher {
    const fork = new StopMatcher(this.stops, this.isKept);
    fork.held = this.held;
    return fork;
  }

  /** The earliest stop string ends the text; of those at one place, the first in the list. */
  push(piece: string): Matched {
    const text = this.held + piece;
    const found = this.stops
      .map((stop) => ({ stop, at: text.indexOf(stop) }))
      .filter(({ at }) => at >= 0)
      .toSorted((a, b) => a.at - b.at);
    if (found.length > 0) {
      const { stop, at } = first(found);
      this.held = '';
      return { text: text.slice(0, at + (this.isKept ? stop.length : 0)), stop };
    }
    const keep = Math.max(0, ...this.stops.map((stop) => beginningAtEnd(text, stop)));
    this.held = text.slice(text.length - keep);
    return { text: text.slice(0, text.length - keep) };
  }

  /** Text held back in case a stop string was to follow. */
  flush(): string {
    const text = this.held;
    this.held = '';
    return text;
  }
}

/** Length of the longest end of `text` that is a beginning of `stop`. */
export function beginningAtEnd(text: string, stop: string): number {
  for (let length = Math.min(stop.length - 1, text.length); length > 0; length--) {
    if (text.endsWith(stop.slice(0, length))) return length;
  }
  return 0;
}
