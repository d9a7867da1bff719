// What a training request may name of a model.

import { type KnownModules, outlineOf } from '#contracts/module-choice.js';
import { moduleName } from '../adapters/adapter.js';
import { traceOf } from '../passes/trace.js';
import { untied } from '../passes/untied.js';
import type { ModelConfig } from '../types.js';
import { seeingLinears } from './seeing-linears.js';

export function knownModules(config: ModelConfig): KnownModules {
  const { linears, tensors } = traceOf(untied(config));
  return {
    linears: outlineOf([...linears.keys()].map(moduleName)),
    seeing: [...seeingLinears(config).keys()].map(moduleName),
    modules: outlineOf([...tensors.keys()].map(moduleName)),
    layers: config.numHiddenLayers,
  };
}
