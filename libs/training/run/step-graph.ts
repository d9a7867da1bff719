// The graph of one training step: forward pass, objective and backward pass in one.

import { required } from '#collections/required.js';
import type { ChosenObjective } from '#contracts/objectives/index.js';
import type { RetainTerm } from '#contracts/objectives/retain-terms.js';
import type { Precision } from '#contracts/precision.js';
import { frozenProjections } from '#models/layers/linear.js';
import { weightInput } from '#models/layers/pass.js';
import { type Head, headOf, headSpec } from '#models/passes/head.js';
import {
  type DropoutMask,
  loraProjections,
  type LoraShape,
  type Parameter,
} from '#models/passes/lora.js';
import { baseProducts } from '#models/passes/precision.js';
import { expectedTensors } from '#models/passes/trace.js';
import type { ModelConfig } from '#models/types.js';
import type { Making } from '#models/vision/making.js';
import { connectorTensors } from '#models/vision/vision-tensors.js';
import { backward } from '#onnx/backward.js';
import { Graph } from '#onnx/graph.js';
import * as m from '#onnx/math.js';
import type { Value } from '#onnx/types.js';
import { Random } from '#runtime/random.js';
import type { StepView } from '../objectives/loss.js';
import { losses } from '../objectives/losses.js';
import { retainLosses } from '../objectives/retain-terms.js';
import { LOSS_SCALE } from '../optimizer/loss-scale.js';
import type { ModelView } from './model-view.js';
import { openView } from './open-view.js';
import { Asked, sideOf } from './sides.js';

/** What a step minimises. */
export interface Goal {
  readonly objective: ChosenObjective;
  readonly retainTerms: readonly RetainTerm[];
  readonly targetWeight: number;
  readonly retainWeights: Readonly<Record<RetainTerm, number>>;
  readonly seed: number;
}
export interface StepGraph {
  readonly graph: Graph;
  readonly parameters: readonly Parameter[];
  readonly dropoutMasks: readonly DropoutMask[];
  readonly asked: Asked;
  /** As what it is to be told of images (imageFeeds), if at all. */
  readonly seeing?: Making;
}
export interface StepShape {
  readonly config: ModelConfig;
  readonly maxLength: number;
  readonly lora?: LoraShape;
  /** Tensors of the model that are trained whole; default: none. */
  readonly whole?: readonly string[];
  /** Default: float32. */
  readonly precision?: Precision;
  readonly goal: Goal;
  /** As objectives are told. Default: no. */
  readonly hasBase?: boolean;
  /** Of the forward pass, only what lies between layers is kept for the backward pass. */
  readonly recompute?: boolean;
  /** Absent: no example shows an image. */
  readonly seeing?: Making;
}

/** Input of a number of the objective's state, a scalar. */
export const stateInput = (name: string): string => `state.${name}`;
/**
 * Losses of a pass's examples, shares of the step's: unweighted terms, the weighted retain terms,
 * and what is minimised.
 */
export const lossOutputs = ['target', 'gdr', 'klr', 'retained', 'loss'] as const;
export const gradientOutput = (index: number): string => `gradient.${index}`;

export function buildStepGraph({
  config,
  maxLength,
  lora,
  whole = [],
  precision = 'float32',
  goal,
  hasBase = false,
  recompute = false,
  seeing,
}: StepShape): StepGraph {
  const graph = new Graph();
  const base = baseProducts[precision](graph, config);
  const low = lora && loraProjections(graph, lora, base.project);
  // In float32, whatever the text's are in.
  const seen = lora && loraProjections(graph, lora, frozenProjections(graph));
  const isHeadTrained = trainsHead(config, whole);
  const view = openView(
    graph,
    config,
    maxLength,
    low?.project ?? base.project,
    isHeadTrained ? { isTrained: true } : base,
    seeing,
    seen?.project,
  );
  const asked = new Asked();
  const loss = lossOf(
    graph,
    view,
    config.hiddenSize,
    goal,
    asked,
    hasBase && !isHeadTrained,
    isHeadTrained ? () => frozenHead(graph, config) : undefined,
  );
  const parameters = [
    ...[low, seen].flatMap((part) => part?.parameters ?? []),
    ...wholeTensors(graph, config, whole),
  ];
  const scale = precision === 'float16' ? graph.input(stateInput(LOSS_SCALE), []) : undefined;
  const gradients = backward(
    graph,
    scale ? m.mul(graph, loss, scale) : loss,
    parameters.map((parameter) => parameter.value),
    'zero',
    recompute ? view.streams : [],
  );
  graph.output('loss', loss);
  for (const [i, gradient] of gradients.entries())
    graph.output(gradientOutput(i), scale ? m.div(graph, gradient, scale) : gradient);
  return {
    graph,
    parameters,
    dropoutMasks: [low, seen].flatMap((part) => part?.dropoutMasks ?? []),
    asked,
    ...(seeing ? { seeing } : {}),
  };
}

function lossOf(
  graph: Graph,
  view: ModelView,
  hidden: number,
  goal: Goal,
  asked: Asked,
  hasBase: boolean,
  frozen: (() => Head) | undefined,
): Value {
  const side = (name: 'target' | 'alternate' | 'retain') =>
    sideOf(name, graph, view, hidden, asked, frozen);
  const retain = side('retain');
  const terms = goal.retainTerms.map((name) => {
    const term = retainLosses[name](graph, retain);
    graph.output(name, term);
    return m.scale(graph, term, goal.retainWeights[name]);
  });
  const retainLoss =
    terms.length > 0 ? terms.reduce((sum, term) => m.add(graph, sum, term)) : undefined;
  if (retainLoss) graph.output('retained', retainLoss);

  const step: StepView = {
    target: side('target'),
    alternate: side('alternate'),
    retain,
    ...(retainLoss ? { retainLoss } : {}),
    hasBase,
    state: (name) => graph.input(stateInput(name), []),
    random: (purpose) => new Random(goal.seed, 'objective', purpose),
  };
  const { loss, retain: retainOf } = losses[goal.objective.type];
  const targetLoss = loss(graph, step, goal.objective);
  graph.output('target', targetLoss);
  const weighted = m.scale(graph, targetLoss, goal.targetWeight);
  const kept = retainOf ? retainOf(graph, step, goal.objective) : retainLoss;
  return kept ? m.add(graph, weighted, kept) : weighted;
}

function wholeTensors(graph: Graph, config: ModelConfig, names: readonly string[]): Parameter[] {
  const tensors = new Map([...expectedTensors(config), ...connectorTensors(config)]);
  return names.map((name) => {
    const dims = required(tensors, name);
    return { value: weightInput(graph, name, dims), parts: [{ name, dims }] };
  });
}

/** Input of a tensor as the reference has it, where the model's own is in training. */
export const frozenInput = (name: string): string => `frozen.${name}`;

function trainsHead(config: ModelConfig, whole: readonly string[]): boolean {
  const { name, bias } = headSpec(config);
  return whole.some((tensor) => tensor === name || tensor === bias);
}

const frozenHead = (graph: Graph, config: ModelConfig): Head =>
  headOf(graph, config, { weightOf: (tensor, dims) => graph.input(frozenInput(tensor), dims) });
