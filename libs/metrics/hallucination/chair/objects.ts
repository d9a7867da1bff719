// The objects that a caption names, as CHAIR's script finds them (Rohrbach et al. 2018, arXiv 1809.02156).

import { wordTokens } from '../../word-tokens.js';
import { doubleWords } from './double-words.js';
import { lemma } from './lemma.js';
import type { Synonyms } from './synonyms.js';

export interface NamedObjects {
  /** By their names in the table, in order; whoever is named twice is there twice. */
  readonly objects: readonly string[];
  /** Of the caption: punctuation marks are words, a pair that is read as one is one. */
  readonly words: number;
}

/** Reads captions by one table of synonyms. */
export function objectReader(synonyms: Synonyms): (caption: string) => NamedObjects {
  const pairs = doubleWords(synonyms);
  const parts = new Set([...pairs.keys()].flatMap((pair) => pair.split(' ')));
  const known = (word: string): boolean => synonyms.has(word) || parts.has(word);
  return (caption) => {
    const tokens = wordTokens(caption);
    const words = joined(
      tokens.map((token, i) => lemma(token, tokens[i - 1], known)),
      pairs,
    );
    // The seat of a toilet is no chair.
    const isSeat = words.includes('toilet') ? (word: string) => word === 'seat' : () => false;
    const objects = words.flatMap((word) => (isSeat(word) ? [] : (synonyms.get(word) ?? [])));
    return { objects, words: words.length };
  };
}

/** From left to right; a word is part of one pair at most. */
function joined(words: readonly string[], pairs: ReadonlyMap<string, string>): string[] {
  const read: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const pair = pairs.get(`${words[i]} ${words[i + 1]}`);
    read.push(pair ?? words[i]!);
    if (pair !== undefined) i += 1;
  }
  return read;
}
