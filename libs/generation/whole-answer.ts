// Gathers an answer's chunks for who has no use for its pieces.

import type { TokenLogProb } from './decoding/log-probs.js';
import type { Chunk } from './running/chunk.js';

export class WholeAnswer {
  private text = '';
  private readonly tokenIds: number[] = [];
  private readonly logProbs: TokenLogProb[] = [];
  private link: Chunk['link'];

  get isEmpty(): boolean {
    return this.tokenIds.length === 0;
  }

  add({ text, tokenIds, logProbs = [], link }: Chunk): void {
    this.link ??= link;
    this.text += text;
    this.tokenIds.push(...tokenIds);
    this.logProbs.push(...logProbs);
  }

  /** @param last its last chunk. */
  endedBy(last: Chunk): Chunk {
    this.add(last);
    const { text, tokenIds, logProbs, link } = this;
    return {
      ...last,
      text,
      tokenIds,
      ...(last.logProbs ? { logProbs } : {}),
      ...(link ? { link } : {}),
    };
  }
}
