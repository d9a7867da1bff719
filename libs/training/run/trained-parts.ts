// What a run trains: low-rank changes of some linear layers, some tensors whole, or all of them.

import { isWholeModule, moduleProblem } from '#contracts/module-choice.js';
import {
  type Adapter,
  adaptedWeights,
  moduleName,
  savedTensors,
} from '#models/adapters/adapter.js';
import { headSpec } from '#models/passes/head.js';
import { isTarget, type LoraShape } from '#models/passes/lora.js';
import { linearKinds, traceOf } from '#models/passes/trace.js';
import { untied } from '#models/passes/untied.js';
import type { ModelConfig } from '#models/types.js';
import { seeingChanged } from '#models/vision/adapter-parts.js';
import { connectorLinears } from '#models/vision/connector-linears.js';
import { knownModules } from '#models/vision/known-modules.js';
import { connectorTensors } from '#models/vision/vision-tensors.js';
import { TrainingError } from '../errors/training.error.js';
import type { FullOptions, LoraOptions, Trainable } from '../training-options.js';
import type { Seeing } from './open-view.js';

export interface TrainedParts {
  /**
   * As the model is in training: untied where embeddings or head are trained whole beside low-rank
   * changes, as PEFT does.
   */
  readonly config: ModelConfig;
  /** Absent where nothing but whole tensors is trained. */
  readonly lora?: LoraShape;
  /** Names of tensors trained whole. */
  readonly whole: readonly string[];
  /** What examples' pictures are to the run. */
  readonly seeing: Seeing;
}

/** The adapter that training starts from. */
export interface Parent {
  readonly adapter: Adapter;
  /** Whether its own matrices are trained on. */
  readonly isContinued: boolean;
}

/**
 * @throws TrainingError for a name or a layer that the model does not have, with those it has.
 */
export function trainedParts(
  config: ModelConfig,
  trainable: Trainable,
  parent?: Parent,
): TrainedParts {
  const parts =
    trainable.type === 'full'
      ? wholeParts(config, trainable)
      : adaptedParts(config, trainable, parent?.isContinued ? parent.adapter : undefined);
  const isRows =
    trainsConnector(config, parts) ||
    (parent !== undefined && seeingChanged(config, parent.adapter).length > 0);
  return { ...parts, seeing: isRows ? 'rows' : 'features' };
}

type Parts = Omit<TrainedParts, 'seeing'>;

const wholeParts = (config: ModelConfig, { connector }: FullOptions): Parts => ({
  config,
  whole: [...traceOf(config).tensors.keys(), ...(connector ? connectorOf(config) : [])],
});

function adaptedParts(config: ModelConfig, trainable: LoraOptions, continued?: Adapter): Parts {
  const { modulesToSave = [], targetModules = 'all-linear', layers } = trainable;
  const targets = continued ? 'all-linear' : targetModules;
  const problem = moduleProblem(knownModules(config), {
    targets,
    whole: modulesToSave,
    ...(layers ? { layers } : {}),
  });
  if (problem) throw new TrainingError(`${problem.field}: ${problem.message}`);
  const whole = wholeTensors(config, modulesToSave, continued);
  const ends = [
    headSpec(untied(config)).name,
    headSpec({ ...config, tieWordEmbeddings: true }).name,
  ];
  const unties = config.tieWordEmbeddings && whole.some((name) => ends.includes(name));
  const lora = continued
    ? { ...continued, dropout: trainable.dropout }
    : loraShape(config, trainable);
  return { config: unties ? untied(config) : config, lora, whole };
}

function connectorOf(config: ModelConfig): Iterable<string> {
  const tensors = connectorTensors(config);
  if (tensors.size === 0)
    throw new TrainingError('connector: this model has none that is apart from a tower');
  return tensors.keys();
}

/** Whether what makes features of a tower's states is among what is trained. */
const trainsConnector = (config: ModelConfig, parts: Parts): boolean =>
  adaptsConnector(config, parts.lora) ||
  parts.whole.some((name) => connectorTensors(config).has(name));

export const adaptsConnector = (config: ModelConfig, lora: LoraShape | undefined): boolean =>
  lora !== undefined && [...connectorLinears(config).keys()].some((name) => isTarget(lora, name));

function wholeTensors(config: ModelConfig, ends: readonly string[], continued?: Adapter): string[] {
  const kept = continued ? savedTensors(continued) : new Map();
  return [...traceOf(untied(config)).tensors.keys()].filter(
    (name) => kept.has(name) || isWholeModule(moduleName(name), ends),
  );
}

function loraShape(
  config: ModelConfig,
  { r, alpha, dropout, rslora, layers, targetModules = 'all-linear' }: LoraOptions,
): LoraShape {
  const targets = targetModules === 'all-linear' ? linearKinds(config) : targetModules;
  return {
    r,
    alpha,
    dropout,
    targetModules: targets,
    ...(rslora ? { rslora } : {}),
    ...(layers ? { layers } : {}),
  };
}

/**
 * @throws TrainingError for an adapter without matrices of its own, or of a kind that is not
 * trained here.
 */
export function checkContinued(config: ModelConfig, adapter: Adapter): void {
  const weights = adaptedWeights(adapter);
  const linears = new Map([...traceOf(config).linears, ...connectorLinears(config)]);
  const kept = [...savedTensors(adapter).keys()].find((name) => connectorTensors(config).has(name));
  if (kept) throw new TrainingError(`the parent keeps ${kept} whole: merge it`);
  if (weights.length === 0)
    throw new TrainingError('the parent has no low-rank matrices to train on: merge it');
  const other = weights.find((weight) => !linears.has(weight));
  if (other)
    throw new TrainingError(
      `the parent adapts ${other}, which is not trained by low-rank changes here: merge it`,
    );
}
