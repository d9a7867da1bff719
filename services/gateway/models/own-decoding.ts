// A model's own decoding, as inference has it.

import type { OwnDecoding } from '#contracts/decoding.js';
import type {
  Decoding,
  Decoding__Output,
} from '#contracts/generated/lethe/inference/v1/Decoding.js';

export const fromOwnDecoding = ({
  strategy,
  layers: [from, to],
  alpha,
  top_p: topP,
  top_k: topK,
}: OwnDecoding): Decoding => ({ strategy, layers: { from, to }, alpha, topP, topK });

/** What inference tells of a base model. */
export const toOwnDecoding = ({ layers, alpha, topP, topK }: Decoding__Output): OwnDecoding => ({
  strategy: 'deco',
  layers: [layers?.from ?? 0, layers?.to ?? 0],
  alpha: alpha ?? 0,
  top_p: topP,
  top_k: topK,
});
