// Which values of a base a text says.

import type { KnowledgeBase } from '../knowledge-base.js';
import { normalText } from './normal-text.js';
import { Phrases } from './phrases.js';

export class SaidValues {
  private readonly phrases: Phrases;

  constructor(base: KnowledgeBase) {
    this.phrases = new Phrases(
      base.entities.flatMap(({ attributes }) => [...attributes.values()].flat()),
    );
  }

  /** In the order in which they are said, each once. A value inside a longer one is not said. */
  in(text: string): string[] {
    return [...new Set(this.phrases.in(text).map(({ phrase }) => phrase))];
  }

  /**
   * What an answer says of the base that is in neither of its sources: made up, as far as the base
   * can tell.
   * @param values of the row that the answer is made from.
   */
  unfounded(
    answer: string,
    { question, values }: { question: string; values: readonly string[] },
  ): string[] {
    const sources = normalText([question, ...values].join('\n'));
    return this.in(answer).filter((value) => !sources.includes(normalText(value)));
  }
}
