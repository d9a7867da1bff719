// What a run trains: low-rank changes of some linear layers, some tensors whole, or all of them.

import {
  isSeeingTarget,
  isTargetModule,
  isWholeModule,
  moduleProblem,
} from '#contracts/module-choice.js';
import {
  type Adapter,
  adaptedWeights,
  moduleName,
  named,
  savedTensors,
} from '#models/adapters/adapter.js';
import { headSpec } from '#models/passes/head.js';
import { isTarget, type LoraShape } from '#models/passes/lora.js';
import { linearKinds, traceOf } from '#models/passes/trace.js';
import { untied } from '#models/passes/untied.js';
import type { ModelConfig } from '#models/types.js';
import { seeingChanged } from '#models/vision/adapter-parts.js';
import { knownModules } from '#models/vision/known-modules.js';
import { madeWithout } from '#models/vision/made-without.js';
import type { Making } from '#models/vision/making.js';
import { seeingLinears } from '#models/vision/seeing-linears.js';
import { blockOf, connectingTensors, connectorTensors } from '#models/vision/vision-tensors.js';
import { TrainingError } from '../errors/training.error.js';
import type { FullOptions, LoraOptions, Trainable } from '../training-options.js';

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
  readonly seeing: Making;
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
  const seen = parent ? seeingChanged(config, parent.adapter) : [];
  checkTower(config, seen);
  return { ...parts, seeing: madeWithout(config, [...seen, ...seeingTrained(config, parts)]) };
}

/** @throws TrainingError where a parent sees by another tower below what is computed in steps. */
function checkTower(config: ModelConfig, changed: readonly string[]): void {
  const { vision } = config;
  const connecting = connectingTensors(config);
  const below = changed.find(
    (name) => vision && !connecting.has(name) && blockOf(vision, name) === undefined,
  );
  if (below)
    throw new TrainingError(
      `the parent changes ${below}, a part of the vision tower that is not trained on here: merge it into a model first`,
    );
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
    ? { ...(config.vision ? named(continued) : continued), dropout: trainable.dropout }
    : loraShape(config, trainable);
  return { config: unties ? untied(config) : config, lora, whole };
}

function connectorOf(config: ModelConfig): Iterable<string> {
  const tensors = connectorTensors(config);
  if (tensors.size === 0)
    throw new TrainingError('connector: this model has none that is apart from a tower');
  return tensors.keys();
}

/** Tensors of connector and tower that are trained. */
const seeingTrained = (config: ModelConfig, { lora, whole }: Parts): string[] => [
  ...seeingAdapted(config, lora),
  ...whole.filter((name) => connectorTensors(config).has(name)),
];

/** Those of them that are changed by low-rank products. */
export const seeingAdapted = (config: ModelConfig, lora: LoraShape | undefined): string[] =>
  lora ? [...seeingLinears(config).keys()].filter((name) => isTarget(lora, name)) : [];

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
  const numbers = { r, alpha, dropout, ...(rslora ? { rslora } : {}) };
  if (!config.vision) return { ...numbers, targetModules: targets, ...(layers ? { layers } : {}) };
  const modules = [...traceOf(config).linears.keys()].map(moduleName);
  const seeing = [...seeingLinears(config).keys()].map(moduleName);
  return {
    ...numbers,
    targetModules: [
      ...modules.filter((module) => isTargetModule(module, targets, layers)),
      ...(targetModules === 'all-linear'
        ? []
        : seeing.filter((module) => isSeeingTarget(module, targets, layers))),
    ],
  };
}

/**
 * @throws TrainingError for an adapter without matrices of its own, or of a kind that is not
 * trained here.
 */
export function checkContinued(config: ModelConfig, adapter: Adapter): void {
  const weights = adaptedWeights(adapter);
  const linears = new Map([...traceOf(config).linears, ...seeingLinears(config)]);
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
