// Which entities of a base a text names, word for word.

import type { Entity } from '#knowledge/entity.js';
import type { KnowledgeBase } from '#knowledge/knowledge-base.js';
import { Phrases } from '#knowledge/texts/phrases.js';

export class Dictionary {
  private readonly phrases: Phrases;

  constructor(private readonly base: KnowledgeBase) {
    this.phrases = new Phrases(base.entities.flatMap(({ name, aliases }) => [name, ...aliases]));
  }

  /** By the longest name or alias that the text says; all that have it. */
  longest(text: string): readonly Entity[] {
    const [longest] = this.phrases.in(text).toSorted((a, b) => b.end - b.start - (a.end - a.start));
    return longest ? this.base.named(longest.phrase) : [];
  }

  /** Whether the text means this entity and no other. */
  means(text: string, entity: Entity): boolean {
    const [one, ...others] = this.longest(text);
    return one === entity && others.length === 0;
  }
}
