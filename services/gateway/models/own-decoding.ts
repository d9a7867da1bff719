// A model's own decoding, as inference has it.

import type { DecodingFinding, OwnDecoding, TuningCriterion } from '#contracts/decoding.js';
import type { BaseModel__Output } from '#contracts/generated/lethe/inference/v1/BaseModel.js';
import type { Decoding } from '#contracts/generated/lethe/inference/v1/Decoding.js';
import type { DecodingMeasured__Output } from '#contracts/generated/lethe/inference/v1/DecodingMeasured.js';

export const fromOwnDecoding = ({
  strategy,
  layers: [from, to],
  alpha,
  top_p: topP,
  top_k: topK,
}: OwnDecoding): Decoding => ({ strategy, layers: { from, to }, alpha, topP, topK });

/** What inference tells of a base model; undefined where it decodes as it is. */
export function toOwnDecoding({
  decoding,
  decodingMeasured: measured,
}: BaseModel__Output): OwnDecoding | undefined {
  if (!decoding) return undefined;
  const { layers, alpha, topP, topK } = decoding;
  return {
    strategy: 'deco',
    layers: [layers?.from ?? 0, layers?.to ?? 0],
    alpha: alpha ?? 0,
    top_p: topP,
    top_k: topK,
    ...(measured ? { measured: toFinding(measured) } : {}),
  };
}

const toFinding = ({
  by,
  intervalFrom,
  intervalTo,
  ...figures
}: DecodingMeasured__Output): DecodingFinding => ({
  by: by as TuningCriterion,
  ...figures,
  interval: [intervalFrom, intervalTo],
});
