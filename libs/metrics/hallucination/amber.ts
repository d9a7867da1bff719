// AMBER's generative figures (Wang et al. 2023, arXiv 2311.07397), over nouns that are given.

import { type Counts, ofAll, percent } from './paired.js';

/** By object, other words that stand for it: AMBER's relation.json. */
export type Relation = Readonly<Record<string, readonly string[]>>;

export interface AmberResponse {
  /** Of the response, in their order, as lemmas. */
  readonly nouns: readonly string[];
  /** Objects that are in the image. */
  readonly truth: readonly string[];
  /** Objects that are not, and that people expect there. */
  readonly hallu: readonly string[];
}

export type AmberCount =
  | 'responses'
  | 'hallucinating'
  | 'mentions'
  | 'absent'
  | 'present'
  | 'covered'
  | 'expected'
  | 'named';

/**
 * One response, counted. Words are alike where they are equal or one stands for the other by `relation`:
 * AMBER's script also asks word vectors of spaCy, so its CHAIR and Hal are lower, and its Cover higher.
 * @param safe words that are never counted as absent.
 * @throws RangeError for an object without an entry in `relation`.
 */
export function amberCounts(
  { nouns, truth, hallu }: AmberResponse,
  relation: Relation,
  safe: ReadonlySet<string>,
): Counts<AmberCount> {
  const vocabulary = new Set([...Object.keys(relation), ...Object.values(relation).flat()]);
  const mentions = nouns.filter((noun) => vocabulary.has(noun));
  const judged = mentions.filter((noun) => !safe.has(noun));
  const [there, expected] = [objectsByWord(truth, relation), objectsByWord(hallu, relation)];
  const absent = judged.filter((noun) => !there.has(noun));
  return {
    responses: 1,
    hallucinating: Number(absent.length > 0),
    mentions: mentions.length,
    absent: absent.length,
    present: truth.length,
    covered: distinct(judged, there),
    expected: hallu.length,
    named: distinct(absent, expected),
  };
}

/** Which object a word names; as in the script an object's related words go before names. */
function objectsByWord(objects: readonly string[], relation: Relation): Map<string, string> {
  const related = objects.flatMap((object) => {
    const words = relation[object];
    if (words === undefined) throw new RangeError(`the relations have no entry "${object}"`);
    return words.map((word) => [word, object] as const);
  });
  const names = objects.map((object) => [object, object] as const);
  // The first of several objects has the word.
  return new Map([...related, ...names].toReversed());
}

const distinct = (nouns: readonly string[], objects: ReadonlyMap<string, string>): number =>
  new Set(nouns.flatMap((noun) => objects.get(noun) ?? [])).size;

/**
 * In percent. CHAIR: mentions of what is not there. Cover: objects that are named, of those there. Hal:
 * responses that name what is not there. Cog: expected objects that are not there, and are named.
 */
export const amberFigures = ofAll<AmberCount>({
  CHAIR: ({ absent, mentions }) => percent(absent, mentions),
  Cover: ({ covered, present }) => percent(covered, present),
  Hal: ({ hallucinating, responses }) => percent(hallucinating, responses),
  Cog: ({ named, expected }) => percent(named, expected),
});
