// How an operator has a base model choose tokens where a request says nothing: a file beside the
// model's folder, which is not among the files that its digest is of.

import { type DecodingFinding, ownDecodingSchema } from '#contracts/decoding.js';
import type { DecoOptions } from '#generation/decoding/deco.js';
import { readJsonIfPresent } from '#models/checkpoints/json-file.js';
import { CheckpointError } from '#models/errors/checkpoint.error.js';
import type { ModelConfig } from '#models/types.js';
import { decodingOf } from './decoding.js';
import { InvalidRequestError } from './errors/invalid-request.error.js';

export type OwnDeco = DecoOptions & { readonly strategy: 'deco' };

export interface OperatorsDecoding {
  readonly decoding: OwnDeco;
  /** What its tuning has found, where the file says it. */
  readonly measured: DecodingFinding | undefined;
}

/** @returns undefined where there is no such file. @throws CheckpointError by the file's name */
export async function readOwnDecoding(
  modelPath: string,
  config: ModelConfig,
): Promise<OperatorsDecoding | undefined> {
  const path = `${modelPath}.decoding.json`;
  const json = await readJsonIfPresent(path);
  if (!json) return undefined;
  const { data, error } = ownDecodingSchema.safeParse(json);
  if (!data) {
    const [issue] = error.issues;
    throw new CheckpointError(`${path}: ${issue?.path.join('.')}: ${issue?.message}`);
  }
  const { strategy, layers, alpha, top_p: topP, top_k: topK, measured } = data;
  const [from, to] = layers;
  try {
    const asked = { strategy, layers: { from, to }, alpha, topP, topK, without: '' };
    return { decoding: decodingOf(asked, config, path) as OwnDeco, measured };
  } catch (cause) {
    if (!InvalidRequestError.isInstance(cause)) throw cause;
    throw new CheckpointError(cause.publicMessage, { cause });
  }
}
