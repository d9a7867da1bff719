// CHAIR: objects that a caption names and the image does not have (Rohrbach et al. 2018, arXiv
// 1809.02156), with the recall that later scripts have beside it.

import { type Counts, ofAll, percent } from '../paired.js';
import type { NamedObjects } from './objects.js';

export type ChairCount =
  | 'captions'
  | 'hallucinating'
  | 'mentions'
  | 'absent'
  | 'recalled'
  | 'present'
  | 'words';

/** One caption, counted. @param truth the objects of its image. */
export function chairCounts(
  { objects, words }: NamedObjects,
  truth: ReadonlySet<string>,
): Counts<ChairCount> {
  const absent = objects.filter((object) => !truth.has(object)).length;
  return {
    captions: 1,
    hallucinating: Number(absent > 0),
    mentions: objects.length,
    absent,
    recalled: new Set(objects.filter((object) => truth.has(object))).size,
    present: truth.size,
    words,
  };
}

/**
 * CHAIRs: captions that name an absent object. CHAIRi: mentions that are of one. Recall: objects that are
 * there and are named, of all that are there. In percent; words are those of a caption.
 */
export const chairFigures = ofAll<ChairCount>({
  CHAIRs: ({ hallucinating, captions }) => percent(hallucinating, captions),
  CHAIRi: ({ absent, mentions }) => percent(absent, mentions),
  recall: ({ recalled, present }) => percent(recalled, present),
  words: ({ words, captions }) => words / captions,
});
