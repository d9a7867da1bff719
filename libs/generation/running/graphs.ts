// The generator's graphs: a prompt's next tokens (prefill), one token a row (decode), log-probs of given
// tokens (score), with what else is likely in their places (detail, likeliest), after each layer (lens), by how
// much the weights would move (gradient), with what each layer leaves there (states), and with such
// states of another model in the place of a layer's own (patched); what the layers leave and nothing
// else (stream), and normalised states (embed).

import { first } from '#collections/items.js';
import { architectureOf } from '#models/families/index.js';
import { frozenProjections } from '#models/layers/linear.js';
import {
  type Interference,
  openPass,
  type Pass,
  type Project,
  weightInput,
} from '#models/layers/pass.js';
import { cachedAttention, decodeDims } from '#models/passes/attention/cached-attention.js';
import { promptAttention } from '#models/passes/attention/prompt-attention.js';
import { sequenceAttention, sequenceDims } from '#models/passes/attention/sequence-attention.js';
import { headOf } from '#models/passes/head.js';
import { withFeatures } from '#models/passes/image-features.js';
import { patched } from '#models/passes/patches.js';
import { rowAdapters, sequenceAdapter } from '#models/passes/row-adapters.js';
import { expectedTensors } from '#models/passes/trace.js';
import type { ModelConfig } from '#models/types.js';
import { backward } from '#onnx/backward.js';
import { Graph } from '#onnx/graph.js';
import * as m from '#onnx/math.js';
import type { Value } from '#onnx/types.js';

export type ScoreKind =
  | 'score'
  | 'detail'
  | 'likeliest'
  | 'lens'
  | 'gradient'
  | 'states'
  | 'patched'
  | 'embed';
/** Passes over whole sequences. */
export type PassKind = ScoreKind | 'stream';
export type GraphKind = 'prefill' | 'decode' | PassKind;

export const graphInputs = {
  /** int64: [batch] in decode, otherwise [tokens]. */
  ids: 'ids',
  /** [picked] int64: indices into the tokens whose next token is asked for. */
  positions: 'positions',
  /** [picked] int64: the tokens whose log-probs are asked for. */
  targets: 'targets',
} as const;

export const graphOutputs = {
  /** [picked or batch, vocabulary] */
  logits: 'logits',
  /** What the embedding and each layer leave, [picked or batch, layers + 1, hidden]. */
  stream: 'stream',
  /** [picked, 1] */
  logProbs: 'logprobs',
  /**
   * detail and lens: the likeliest token (an integer), its ln p, mean and variance of ln p, [picked, 1]
   * each.
   */
  best: 'best',
  bestLogProbs: 'bestlogprobs',
  means: 'means',
  variances: 'variances',
  /** likeliest: tokens (integers) and their ln p, [picked, mostLikeliest] each. */
  likeliest: 'likeliest',
  likeliestLogProbs: 'likeliestlogprobs',
  /** likeliest: how many tokens are likelier than the target, [picked, 1]. */
  above: 'above',
  /** lens: log-probs by what a layer leaves, 0 being the embedding, [picked, 1]. */
  layerLogProbs: (layer: number) => `logprobs.${layer}`,
  /** states: what a layer leaves of the tokens asked for, from 0, [picked, hidden]. */
  states: (layer: number) => `states.${layer}`,
  /** embed: normalised states of the tokens asked for, [picked, hidden]. */
  hidden: 'hidden',
  /** gradient: the square of the 2-norm of a tensor's gradient, of the sum of the log-probs. */
  gradientSquare: (tensor: number) => `square.${tensor}`,
  /** prefill: [1, KV, tokens, D] */
  keys: (layer: number) => `keys.${layer}`,
  values: (layer: number) => `values.${layer}`,
  /** decode: [batch, 2 KV, 1, D], keys then values */
  fresh: (layer: number) => `fresh.${layer}`,
} as const;

/** How many of the likeliest are told in each place; fewer only where there are fewer tokens. */
export const mostLikeliest = 20;

/** Size of `positions`. */
export const PICKED = 'picked';

/** What a graph is left without where nobody asks for it. */
export interface Extras {
  /** Whether rows have adapters. */
  readonly adapted: boolean;
  /** Whether prefill or decode give the layers' states, too. */
  readonly tapped: boolean;
  /** Whether features stand for some tokens of prefill or score. */
  readonly seeing: boolean;
  /** Whether decode is of one row, which is summed as one of several. Absent: false. */
  readonly lone?: boolean;
}

export function buildGraph(
  kind: GraphKind,
  config: ModelConfig,
  maxContext: number,
  extras: Extras,
): Graph {
  const graph = new Graph('float32', extras.lone);
  if (kind === 'decode') decode(graph, config, maxContext, extras);
  else if (kind === 'prefill') prefill(graph, config, maxContext, extras);
  else score(graph, config, maxContext, extras, kind);
  return graph;
}

/** All tokens of a prefill or score pass have the same adapter. */
const sequenceProjections = (graph: Graph, adapted: boolean): Project =>
  adapted ? sequenceAdapter(graph, sequenceDims.tokens) : frozenProjections(graph);

const seen = (
  graph: Graph,
  config: ModelConfig,
  { seeing }: Extras,
): Pick<Interference, 'embedded'> | undefined =>
  seeing ? { embedded: withFeatures(graph, config) } : undefined;

interface States {
  /** What the embedding and each layer leave of all tokens. */
  readonly states: readonly Value[];
  /** Normalised hidden states of the tokens asked for. */
  readonly last: Value;
  /** The same of what the embedding and each layer but the last leave: the logit lens. */
  early(): Value[];
  /** What each layer leaves of the tokens asked for. */
  left(): Value[];
  /** What each leaves of the tokens asked for, not normalised: [picked, layers + 1, hidden]. */
  tapped(): Value;
}

/** Of all tokens where `picked` is absent. */
function normalised(pass: Pass, config: ModelConfig, ids: Value, picked?: Value): States {
  const architecture = architectureOf(config);
  const { states, last } = architecture.hiddenStates(pass, config, ids);
  const pick = (state: Value): Value => (picked ? m.gather(pass.graph, state, picked) : state);
  const norm = (state: Value): Value => architecture.finalNorm(pass, config, pick(state));
  const row = (state: Value): Value => {
    const rows = pick(state);
    return m.reshape(pass.graph, rows, [first(rows.dims), 1, config.hiddenSize]);
  };
  return {
    states,
    last: norm(last),
    early: () => states.slice(0, -1).map(norm),
    left: () => states.slice(1).map(pick),
    tapped: () => m.concat(pass.graph, states.map(row), 1),
  };
}

/** What the next tokens are chosen by. */
function outputNext(graph: Graph, config: ModelConfig, states: States, tapped: boolean): void {
  graph.output(graphOutputs.logits, headOf(graph, config).logits(states.last));
  if (tapped) graph.output(graphOutputs.stream, states.tapped());
}

function sequenceStates(pass: Pass, config: ModelConfig): States {
  const ids = pass.graph.input(graphInputs.ids, [sequenceDims.tokens], 'int64');
  const picked = pass.graph.input(graphInputs.positions, [PICKED], 'int64');
  return normalised(pass, config, ids, picked);
}

function prefill(graph: Graph, config: ModelConfig, maxContext: number, extras: Extras): void {
  const keep = (keys: Value, values: Value, layer: number): void => {
    graph.output(graphOutputs.keys(layer), keys);
    graph.output(graphOutputs.values(layer), values);
  };
  const attention = promptAttention(graph, config, maxContext, keep, extras.seeing);
  const project = sequenceProjections(graph, extras.adapted);
  const pass = openPass(graph, project, attention, seen(graph, config, extras));
  outputNext(graph, config, sequenceStates(pass, config), extras.tapped);
}

/** Of the [picked, vocabulary] logits nothing leaves the graph. */
function score(
  graph: Graph,
  config: ModelConfig,
  maxContext: number,
  extras: Extras,
  kind: PassKind,
): void {
  const attention = sequenceAttention(graph, config, maxContext, extras.seeing);
  const pass = openPass(graph, sequenceProjections(graph, extras.adapted), attention, {
    ...seen(graph, config, extras),
    ...(kind === 'patched' ? { leave: patched(graph, config) } : {}),
  });
  const { states: stream, last, early, left, tapped } = sequenceStates(pass, config);
  if (kind === 'stream') {
    graph.output(graphOutputs.stream, tapped());
    return;
  }
  if (kind === 'embed') {
    graph.output(graphOutputs.hidden, last);
    return;
  }
  const isTrained = kind === 'gradient';
  const head = headOf(graph, config, { isTrained });
  const targets = graph.input(graphInputs.targets, [PICKED], 'int64');
  const logProbs = (states: Value, normaliser: Value): Value =>
    m.sub(graph, head.logitOf(states, targets), normaliser);
  if (kind === 'score' || kind === 'states' || kind === 'patched') {
    graph.output(graphOutputs.logProbs, logProbs(last, head.rowNormaliser(last)));
    if (kind === 'states')
      for (const [layer, states] of left().entries())
        graph.output(graphOutputs.states(layer), states);
    return;
  }
  if (kind === 'likeliest') {
    const {
      normaliser,
      ids,
      logProbs: found,
      above,
    } = head.likeliest(last, targets, mostLikeliest);
    graph.output(graphOutputs.logProbs, logProbs(last, normaliser));
    graph.output(graphOutputs.likeliest, ids);
    graph.output(graphOutputs.likeliestLogProbs, found);
    graph.output(graphOutputs.above, above);
    return;
  }
  if (kind === 'gradient') {
    const found = head.logProbs(last, targets);
    graph.output(graphOutputs.logProbs, found);
    gradientSquares(graph, config, m.sum(graph, found), stream);
    return;
  }
  const { normaliser, best, bestLogProb, mean, variance } = head.distribution(last);
  graph.output(graphOutputs.logProbs, logProbs(last, normaliser));
  graph.output(graphOutputs.best, best);
  graph.output(graphOutputs.bestLogProbs, bestLogProb);
  graph.output(graphOutputs.means, mean);
  graph.output(graphOutputs.variances, variance);
  if (kind === 'detail') return;
  for (const [layer, states] of early().entries())
    graph.output(graphOutputs.layerLogProbs(layer), logProbs(states, head.rowNormaliser(states)));
}

/**
 * Of the base's weights, to which a low-rank change is added: it is the gradient of their sum, too.
 * @param stream between whose values the backward pass computes again what it needs.
 */
function gradientSquares(
  graph: Graph,
  config: ModelConfig,
  logProb: Value,
  stream: readonly Value[],
): void {
  const weights = [...expectedTensors(config)].map(([name, dims]) =>
    weightInput(graph, name, dims),
  );
  for (const [i, gradient] of backward(graph, logProb, weights, 'zero', [stream]).entries())
    graph.output(graphOutputs.gradientSquare(i), m.sum(graph, m.mul(graph, gradient, gradient)));
}

function decode(
  graph: Graph,
  config: ModelConfig,
  maxContext: number,
  { adapted, tapped }: Extras,
): void {
  const { batch } = decodeDims;
  const ids = graph.input(graphInputs.ids, [batch], 'int64');
  const attention = cachedAttention(graph, config, maxContext, (fresh, layer) =>
    graph.output(graphOutputs.fresh(layer), fresh),
  );
  const project = adapted ? rowAdapters(graph, batch) : frozenProjections(graph);
  const pass = openPass(graph, project, attention);
  outputNext(graph, config, normalised(pass, config, ids), tapped);
}
