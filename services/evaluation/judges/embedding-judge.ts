// The `embedding` judge: likeness of entities by sentence embeddings or spelling, of whole answers by
// sentence embeddings, all else by spelling.

import { zip } from '#collections/zip.js';
import type { Judge } from '#metrics/judge.js';
import type { Embedder } from './embedder.js';

/** @param signal of the job that is judged: once it aborts, nothing more is asked. */
export const embeddingJudge = (
  embedder: Embedder,
  spelling: Judge,
  signal: AbortSignal,
): Judge => ({
  ...spelling,
  name: 'embedding',
  /** The larger of both likenesses; of entities with digits and mail addresses their spelling's alone. */
  async similarity(answer, gold) {
    const [inMeaning, inSpelling] = await Promise.all([
      embedder.similarity(answer, gold, signal),
      spelling.similarity(answer, gold),
    ]);
    return zip(answer, inMeaning, inSpelling).map(([a, ...rows]) =>
      zip(gold, ...rows).map(([g, meaning, spelled]) =>
        isExact(a) || isExact(g) ? spelled : Math.max(meaning, spelled),
      ),
    );
  },
  answerSimilarity: (answer, gold, question) =>
    embedder.answerSimilarity(answer, gold, question, signal),
});

/** To an embedder one number or address is much like another. */
const isExact = (entity: string): boolean => /[\d@]/.test(entity);
