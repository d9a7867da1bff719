// Gathers an answer's chunks for who has no use for its pieces.

import type { Chunk } from './running/sequence.js';

export class WholeAnswer {
  private text = '';
  private readonly tokenIds: number[] = [];

  add({ text, tokenIds }: Chunk): void {
    this.text += text;
    this.tokenIds.push(...tokenIds);
  }

  /** @param last its last chunk. */
  endedBy(last: Chunk): Chunk {
    this.add(last);
    return { ...last, text: this.text, tokenIds: this.tokenIds };
  }
}
