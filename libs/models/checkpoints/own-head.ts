// A head that a file has beside the embedding it is said to be tied to.

import { headSpec } from '../passes/head.js';
import { type FileSpan, sameBytes } from '../tensors/file-range.js';
import type { ModelConfig } from '../types.js';

/**
 * Untied where the file gives the head numbers of its own: as in transformers and llama.cpp they
 * are used, whatever `tie_word_embeddings` says. Merges of adapters leave such files. A copy of the
 * embedding stays tied to it.
 * @param spanOf where a tensor is stored, and how; nothing where there is none
 */
export async function withOwnHead<C extends ModelConfig>(
  config: C,
  spanOf: (name: string) => (FileSpan & { readonly type: string | number }) | undefined,
): Promise<C> {
  const untied = { ...config, tieWordEmbeddings: false };
  const [embedding, head] = [headSpec(config).name, headSpec(untied).name];
  if (!config.tieWordEmbeddings || embedding === head) return config;
  const [shared, own] = [spanOf(embedding), spanOf(head)];
  if (!shared || !own) return config;
  const isCopy = shared.type === own.type && (await sameBytes(shared, own));
  return isCopy ? config : untied;
}
