// What a run trains: low-rank changes of some linear layers, some tensors whole, or all of them.
import { type Adapter, adaptedWeights, moduleName, savedTensors } from '#models/adapter.js';
import { headSpec } from '#models/head.js';
import { isTarget, type LoraShape } from '#models/lora.js';
import { linearKinds, traceOf } from '#models/trace.js';
import type { ModelConfig } from '#models/types.js';
import { TrainingError } from './errors/training.error.js';
import type { LoraOptions, Trainable } from './training-options.js';

export interface TrainedParts {
  /** As the model is in training: untied where embeddings or head are trained whole beside low-rank changes, as PEFT does. */
  readonly config: ModelConfig;
  /** Absent where nothing but whole tensors is trained. */
  readonly lora?: LoraShape;
  /** Names of tensors trained whole. */
  readonly whole: readonly string[];
}

/** Ends of the names of all modules that have weights. */
export const moduleKinds = (config: ModelConfig): string[] => [...new Set([...traceOf(untied(config)).tensors.keys()].map(kindOf))].toSorted();

const kindOf = (tensor: string): string => moduleName(tensor).split('.').at(-1)!;
const untied = (config: ModelConfig): ModelConfig => ({ ...config, tieWordEmbeddings: false });

/**
 * @param continued an adapter whose own matrices are trained on.
 * @throws TrainingError for a name or a layer that the model does not have, with those it has.
 */
export function trainedParts(config: ModelConfig, trainable: Trainable, continued?: Adapter): TrainedParts {
  if (trainable.type === 'full') return { config, whole: [...traceOf(config).tensors.keys()] };
  const whole = wholeTensors(config, trainable.modulesToSave ?? [], continued);
  const ends = [headSpec(untied(config)).name, headSpec({ ...config, tieWordEmbeddings: true }).name];
  const unties = config.tieWordEmbeddings && whole.some((name) => ends.includes(name));
  const lora = continued ? { ...continued, dropout: trainable.dropout } : loraShape(config, trainable, whole);
  return { config: unties ? untied(config) : config, lora, whole };
}

/** By PEFT's rule: every module whose name ends so. */
function wholeTensors(config: ModelConfig, ends: readonly string[], continued?: Adapter): string[] {
  const { tensors } = traceOf(untied(config));
  for (const end of ends) {
    const isKnown = [...tensors.keys()].some((name) => moduleName(name).endsWith(end));
    if (!isKnown) throw new TrainingError(`modules_to_save: no module's name ends with "${end}", the model has ${moduleKinds(config).join(', ')}`);
  }
  const kept = continued ? savedTensors(continued) : new Map();
  return [...tensors.keys()].filter((name) => kept.has(name) || ends.some((end) => moduleName(name).endsWith(end)));
}

function loraShape(config: ModelConfig, options: LoraOptions, whole: readonly string[]): LoraShape {
  const { r, alpha, dropout, rslora, layers, targetModules = 'all-linear' } = options;
  for (const layer of layers ?? []) {
    if (layer < 0 || layer >= config.numHiddenLayers) throw new TrainingError(`lora_layers: the model has layers 0 to ${config.numHiddenLayers - 1}, found ${layer}`);
  }
  const targets = targetModules === 'all-linear' ? linearKinds(config) : targetModules;
  const weights = [...traceOf(config).linears.keys()];
  for (const target of targets) {
    const adapted = weights.filter((weight) => isTarget({ targetModules: [target], ...(layers ? { layers } : {}) }, weight));
    if (adapted.length === 0) throw new TrainingError(`lora_targets: no linear layer's name ends with "${target}", the model has ${linearKinds(config).join(', ')}`);
    const both = adapted.find((weight) => whole.includes(weight));
    if (both) throw new TrainingError(`modules_to_save: ${moduleName(both)} is trained whole, and is a low-rank target by "${target}": choose one`);
  }
  return { r, alpha, dropout, targetModules: targets, ...(rslora ? { rslora } : {}), ...(layers ? { layers } : {}) };
}

/** @throws TrainingError for an adapter without matrices of its own, or of a kind that is not trained here. */
export function checkContinued(config: ModelConfig, adapter: Adapter): void {
  const weights = adaptedWeights(adapter);
  const { linears } = traceOf(config);
  if (weights.length === 0) throw new TrainingError('the parent has no low-rank matrices to train on: merge it');
  const other = weights.find((weight) => !linears.has(weight));
  if (other) throw new TrainingError(`the parent adapts ${other}, which is not trained by low-rank changes here: merge it`);
}
