// An embedder that embeds no text twice: a set's questions, gold answers and their entities come
// again with every answer to them, of every model.

import { LRUCache } from 'lru-cache';
import { zip } from '#collections/zip.js';
import type { EmbedderModel } from './embedder-model.js';

/** Of some hundred numbers each: 15 to 40 MB. */
const MOST_TEXTS = 10_000;

export function remembered(model: EmbedderModel): EmbedderModel {
  const known = new LRUCache<string, Float32Array>({ max: MOST_TEXTS });
  return {
    async embed(texts) {
      const vectors = new Map(texts.map((text) => [text, known.get(text)]));
      const unknown = [...vectors.keys()].filter((text) => !vectors.get(text));
      for (const [text, vector] of zip(unknown, await model.embed(unknown))) {
        vectors.set(text, vector);
        known.set(text, vector);
      }
      return texts.flatMap((text) => vectors.get(text) ?? []);
    },
  };
}
