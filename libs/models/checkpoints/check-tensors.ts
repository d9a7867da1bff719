// Whether a checkpoint holds what its configuration says, no more and no less.

import { CheckpointError } from '../errors/checkpoint.error.js';
import { architectureOf } from '../families/index.js';
import { FLOAT_BYTES } from '../tensors/safetensors-header.js';
import type { ModelConfig } from '../types.js';
import { allTensors, isUnreadVision } from '../vision/vision-tensors.js';

/** Tables that old files of several families carry; they follow from the configuration. */
const ROTARY_TABLE = /\.rotary_emb\.inv_freq$/;

/**
 * Refuses a checkpoint that lacks a tensor, has one of another shape or of a type that is not read,
 * or one that no pass would read.
 */
export function checkTensors(
  path: string,
  config: ModelConfig,
  found: ReadonlyMap<string, { readonly dims: readonly number[]; readonly dtype?: string }>,
): void {
  const expected = allTensors(config);
  for (const [name, dims] of expected) {
    const entry = found.get(name);
    if (!entry)
      throw new CheckpointError(
        `${path}: tensor ${name} is missing, expected [${dims.join(', ')}]`,
      );
    if (entry.dims.length !== dims.length || entry.dims.some((size, i) => size !== dims[i])) {
      throw new CheckpointError(
        `${path}: tensor ${name} has shape [${entry.dims.join(', ')}], expected [${dims.join(', ')}]`,
      );
    }
    if (entry.dtype !== undefined && !Object.hasOwn(FLOAT_BYTES, entry.dtype)) {
      throw new CheckpointError(
        `${path}: tensor ${name} is stored as ${entry.dtype}, expected ${Object.keys(FLOAT_BYTES).join(', ')}`,
      );
    }
  }
  const { unused, head } = architectureOf(config);
  // A copy of the embedding: a head with numbers of its own is not tied (own-head.ts).
  const copy = config.tieWordEmbeddings
    ? head({ ...config, tieWordEmbeddings: false }).name
    : undefined;
  for (const name of found.keys()) {
    const isIgnored =
      ROTARY_TABLE.test(name) ||
      unused?.test(name) ||
      name === copy ||
      isUnreadVision(config, name);
    if (!expected.has(name) && !isIgnored)
      throw new CheckpointError(
        `${path}: tensor ${name} is not part of a ${config.vision?.modelType ?? config.modelType} model with this configuration`,
      );
  }
}
