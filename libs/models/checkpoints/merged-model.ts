// A base model with an adapter merged in: which tensors there are, and what is in them.

import { required } from '#collections/required.js';
import { mergeAdapter } from '../adapters/adapter-algebra.js';
import { type Adapter, adaptedWeights, savedTensors } from '../adapters/adapter.js';
import { AdapterError } from '../errors/adapter.error.js';
import { headSpec } from '../passes/head.js';
import { traceOf } from '../passes/trace.js';
import type { ModelConfig, TensorData } from '../types.js';

type Saved = ReadonlyMap<string, TensorData>;

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
  const saved = savedTensors(adapter);
  const touched = new Set([...saved.keys(), ...adaptedWeights(adapter)]);
  const unties =
    base.tieWordEmbeddings && (touched.has(head) || (touched.has(embedding) && !adapter.keepsTie));
  // PEFT keeps a resized embedding whole.
  const vocabSize = saved.get(embedding)?.dims[0] ?? base.vocabSize;
  const config = { ...base, vocabSize, tieWordEmbeddings: base.tieWordEmbeddings && !unties };
  if (vocabSize !== base.vocabSize) {
    checkGrown(base, config, saved, embedding);
    if (adapter.scale !== undefined && adapter.scale !== 1)
      throw new AdapterError(
        `the adapter's ${embedding} has ${vocabSize} rows and the model's ${base.vocabSize}, expected as many to scale the change`,
      );
  }
  const { tensors, linears } = traceOf(config);
  for (const name of touched)
    if (!tensors.has(name))
      throw new AdapterError(`the adapter changes ${name}, which this model does not have`);
  return {
    config,
    tensors,
    changed: new Set(unties ? [...touched, head] : touched),
    read: async (name, read) => {
      const dims = required(tensors, name);
      // PEFT leaves a head that was tied as the base model's embeddings are.
      const own = await read(unties && name === head ? embedding : name);
      const data = vocabSize === base.vocabSize ? own : resized(own, dims);
      const tensor = { dims, data };
      mergeAdapter(adapter, name, tensor, linears.get(name)?.transposed);
      return data;
    },
  };
}

/** @throws AdapterError where a tensor with a row for each token has not grown with the embedding. */
function checkGrown(base: ModelConfig, config: ModelConfig, saved: Saved, embedding: string): void {
  const { name: head, bias } = headSpec(config);
  const names = [embedding, head, ...(bias === undefined ? [] : [bias])];
  const missing = names.find((name) => saved.get(name)?.dims[0] !== config.vocabSize);
  if (missing !== undefined)
    throw new AdapterError(
      `the adapter's ${embedding} has ${config.vocabSize} rows and the model's ${base.vocabSize}, expected ${missing} of as many beside it`,
    );
}

/** As many numbers as the sizes say: those of a tensor that the adapter replaces do not matter. */
function resized(data: Float32Array, dims: readonly number[]): Float32Array {
  const length = dims.reduce((product, size) => product * size, 1);
  return data.length === length ? data : new Float32Array(length);
}
