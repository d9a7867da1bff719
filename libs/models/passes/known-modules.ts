// What a training request may name of a model.

import { type KnownModules, outlineOf } from '#contracts/module-choice.js';
import { moduleName } from '../adapters/adapter.js';
import type { ModelConfig } from '../types.js';
import { traceOf } from './trace.js';

/** The model with a head of its own, which it has where embeddings or head are trained whole. */
export const untied = (config: ModelConfig): ModelConfig => ({
  ...config,
  tieWordEmbeddings: false,
});

export function knownModules(config: ModelConfig): KnownModules {
  const { linears, tensors } = traceOf(untied(config));
  return {
    linears: outlineOf([...linears.keys()].map(moduleName)),
    modules: outlineOf([...tensors.keys()].map(moduleName)),
    layers: config.numHiddenLayers,
  };
}
