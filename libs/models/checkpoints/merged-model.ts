// A base model with an adapter merged in: which tensors there are, and what is in them.

import { required } from '#collections/required.js';
import { mergeAdapter } from '../adapters/adapter-algebra.js';
import { type Adapter, adaptedWeights, savedTensors } from '../adapters/adapter.js';
import { AdapterError } from '../errors/adapter.error.js';
import { headSpec } from '../passes/head.js';
import { traceOf } from '../passes/trace.js';
import type { ModelConfig } from '../types.js';

export interface MergedModel {
  /** Untied where the adapter gives embeddings and head different numbers. */
  readonly config: ModelConfig;
  readonly tensors: ReadonlyMap<string, readonly number[]>;
  /** Tensors that are not the base model's own. */
  readonly changed: ReadonlySet<string>;
  /** @param read gives a tensor of the base model in memory of its own. */
  read(name: string, read: (name: string) => Promise<Float32Array>): Promise<Float32Array>;
}

/**
 * @throws AdapterError for an adapter that changes what the model does not have, here or, for
 * sizes, when read.
 */
export function mergedModel(base: ModelConfig, adapter: Adapter): MergedModel {
  const embedding = headSpec({ ...base, tieWordEmbeddings: true }).name;
  const head = headSpec({ ...base, tieWordEmbeddings: false }).name;
  const touched = new Set([...savedTensors(adapter).keys(), ...adaptedWeights(adapter)]);
  const unties =
    base.tieWordEmbeddings && (touched.has(head) || (touched.has(embedding) && !adapter.keepsTie));
  const config = { ...base, tieWordEmbeddings: base.tieWordEmbeddings && !unties };
  const { tensors, linears } = traceOf(config);
  for (const name of touched)
    if (!tensors.has(name))
      throw new AdapterError(`the adapter changes ${name}, which this model does not have`);
  return {
    config,
    tensors,
    changed: new Set(unties ? [...touched, head] : touched),
    read: async (name, read) => {
      // PEFT leaves a head that was tied as the base model's embeddings are.
      const data = await read(unties && name === head ? embedding : name);
      const tensor = { dims: required(tensors, name), data };
      mergeAdapter(adapter, name, tensor, linears.get(name)?.transposed);
      return data;
    },
  };
}
