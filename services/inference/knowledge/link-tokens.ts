// Links and rows of a base's entities as a model's tokens, kept as long as the base: the questions of
// a tenant come back to the same entities.

import { LRUCache } from 'lru-cache';
import { zip } from '#collections/zip.js';
import type { CandidateTexts } from './base-protocol.js';

/** Of all entities and vocabularies together: some ten megabytes. */
const MAX_TOKENS = 2 ** 20;

/** What a model may say of an entity, and reads thereafter. */
export interface EntityTokens {
  /** By name, then by attribute; empty where the tokenizer cannot say it. */
  readonly links: readonly (readonly number[])[];
  /** By attribute. */
  readonly rows: readonly RowTokens[];
}

export interface RowTokens {
  /** Empty where not one value has room. */
  readonly tokens: readonly number[];
  /** How many values are among them. */
  readonly values: number;
}

/** Encodes entities, in their order. */
type Encode = (entities: readonly CandidateTexts[]) => Promise<readonly EntityTokens[]>;

export class LinkTokens {
  private readonly known = new LRUCache<string, EntityTokens>({
    maxSize: MAX_TOKENS,
    sizeCalculation: sizeOf,
  });

  /**
   * @param vocabulary whose tokens they are, and for how long rows.
   * @returns in the order of the entities.
   */
  async of(
    vocabulary: string,
    entities: readonly CandidateTexts[],
    encode: Encode,
  ): Promise<EntityTokens[]> {
    const keyOf = ({ id }: CandidateTexts): string => `${vocabulary} ${id}`;
    const found = new Map(entities.map((one) => [one, this.known.get(keyOf(one))]));
    const missing = entities.filter((one) => !found.get(one));
    const encoded = missing.length > 0 ? await encode(missing) : [];
    for (const [one, tokens] of zip(missing, encoded)) {
      this.known.set(keyOf(one), tokens);
      found.set(one, tokens);
    }
    return [...found.values()].filter((tokens) => tokens !== undefined);
  }
}

/** One more for each array. */
function sizeOf({ links, rows }: EntityTokens): number {
  const lists = [...links, ...rows.map(({ tokens }) => tokens)];
  return lists.reduce((sum, { length }) => sum + length + 1, 1);
}
