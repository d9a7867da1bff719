// A LoRA adapter in memory: low-rank products added to weights, and whole tensors that replace the
// model's own.

import { AdapterError } from '../errors/adapter.error.js';
import { transpose } from '../tensors/matrix.js';
import { within } from '../text/time-limit.js';
import type { TensorData } from '../types.js';

/**
 * W + s B A for every adapted matrix W, with s = alpha / r, or alpha / sqrt(r) with rsLoRA
 * (Kalajdzievski 2023, arXiv 2312.03732). A fully fine-tuned model is one as well: all its tensors
 * are whole.
 */
export interface Adapter {
  /** Rank and alpha where the patterns name no other. */
  readonly r: number;
  readonly alpha: number;
  readonly rslora?: boolean;
  /** What all of its change is multiplied by, whole tensors' too; files have none. Absent: 1. */
  readonly scale?: number;
  /**
   * Ranks and alphas of single modules; keys are regular expressions for the end of a module's
   * name, as in PEFT.
   */
  readonly rankPattern?: Readonly<Record<string, number>>;
  readonly alphaPattern?: Readonly<Record<string, number>>;
  /** Ends of module names, such as q_proj or mlp.down_proj, or whole names. */
  readonly targetModules: readonly string[];
  /** Layers the targets are in; all where absent. */
  readonly layers?: readonly number[];
  /** Ends of the names of modules that are kept whole. */
  readonly modulesToSave?: readonly string[];
  /** Whether biases are among the whole tensors. */
  readonly bias?: 'none' | 'all' | 'lora_only';
  /**
   * Whether whole embeddings are the head's too where the base model ties both; PEFT unties them
   * otherwise.
   */
  readonly keepsTie?: boolean;
  /** Whether adapted weights are stored [in, out], as GPT-2's are: PEFT asks to be told. */
  readonly fanInFanOut?: boolean;
  readonly dropout?: number;
  readonly baseModel?: string;
  /** By PEFT's names; lora_A [r, in], lora_B [out, r]. */
  readonly tensors: ReadonlyMap<string, TensorData>;
}

/** The change of one weight W [out, in]: scale * b a. */
export interface LowRank {
  /** [r, in] */
  readonly a: TensorData;
  /** [out, r] */
  readonly b: TensorData;
  readonly scale: number;
}

/** Changes nothing. */
export const NO_ADAPTER: Adapter = { r: 1, alpha: 1, targetModules: [], tensors: new Map() };

const PREFIX = 'base_model.model.';
const WEIGHT = '.weight';
const HALF = /\.lora_(A\.weight|B\.weight|embedding_A|embedding_B)$/;

/**
 * PEFT's name for one half of the adapter of a weight such as
 * `model.layers.0.self_attn.q_proj.weight`.
 */
export function adapterTensorName(weight: string, half: 'A' | 'B'): string {
  return `${PREFIX}${moduleName(weight)}.lora_${half}.weight`;
}

/**
 * PEFT's name for the half of an adapted embedding, which it stores transposed: A [r, vocabulary],
 * B [hidden, r].
 */
export function embeddingTensorName(weight: string, half: 'A' | 'B'): string {
  return `${PREFIX}${moduleName(weight)}.lora_embedding_${half}`;
}

/** PEFT's name for a whole tensor. */
export const savedTensorName = (tensor: string): string => PREFIX + tensor;

/** `model.layers.0.self_attn.q_proj` of its weight's name. */
export const moduleName = (weight: string): string => weight.slice(0, weight.lastIndexOf('.'));

/** Names of the weights an adapter changes by a product, sorted. */
export function adaptedWeights(adapter: Pick<Adapter, 'tensors'>): string[] {
  const modules = [...adapter.tensors.keys()]
    .filter((name) => HALF.test(name))
    .map((name) => name.slice(PREFIX.length).replace(HALF, ''));
  return [...new Set(modules)].toSorted().map((module) => module + WEIGHT);
}

/** Its targets by whole names: the end of a text's is that of a tower's, too, to PEFT. */
export function named({ layers: _layers, ...adapter }: Adapter): Adapter {
  return { ...adapter, targetModules: adaptedWeights(adapter).map(moduleName) };
}

/** Tensors that take the place of the model's own, by the model's names. */
export function savedTensors(adapter: Pick<Adapter, 'tensors'>): Map<string, TensorData> {
  const saved = [...adapter.tensors].filter(([name]) => !HALF.test(name));
  return new Map(saved.map(([name, tensor]) => [name.slice(PREFIX.length), tensor]));
}

/** What the adapter adds to a weight; undefined for a weight it leaves alone. */
export function lowRank(adapter: Adapter, weight: string): LowRank | undefined {
  if (!weight.endsWith(WEIGHT)) return undefined; // a bias has its layer's module, but no product
  const scale = scaleOf(adapter, weight);
  const a = adapter.tensors.get(adapterTensorName(weight, 'A'));
  const b = adapter.tensors.get(adapterTensorName(weight, 'B'));
  if (a && b) return { a, b, scale };
  const embeddingA = adapter.tensors.get(embeddingTensorName(weight, 'A'));
  const embeddingB = adapter.tensors.get(embeddingTensorName(weight, 'B'));
  if (embeddingA && embeddingB)
    return { a: transpose(embeddingB), b: transpose(embeddingA), scale };
  return undefined;
}

/** Of all patterns for one weight, in ms. */
const PATIENCE = 1000;

/** The rank that the configuration gives a weight. */
export function rankOf(
  { r, rankPattern = {} }: Pick<Adapter, 'r' | 'rankPattern'>,
  weight: string,
): number {
  return patternValue(rankPattern, weight) ?? r;
}

export function scaleOf(
  adapter: Pick<Adapter, 'r' | 'alpha' | 'rslora' | 'scale' | 'rankPattern' | 'alphaPattern'>,
  weight: string,
): number {
  const rank = rankOf(adapter, weight);
  const alpha = patternValue(adapter.alphaPattern ?? {}, weight) ?? adapter.alpha;
  return ((adapter.scale ?? 1) * alpha) / (adapter.rslora ? Math.sqrt(rank) : rank);
}

/**
 * The first pattern that fits decides, as in PEFT (get_pattern_key).
 * @throws AdapterError for one that is no expression, TimeLimitError for one that backtracks.
 */
function patternValue(
  patterns: Readonly<Record<string, number>>,
  weight: string,
): number | undefined {
  const module = moduleName(weight);
  const entries = Object.entries(patterns);
  if (entries.length === 0) return undefined;
  return within(PATIENCE, 'the patterns of adapter_config.json take a module', () =>
    entries.find(([pattern]) => endsAs(pattern).test(module)),
  )?.[1];
}

function endsAs(pattern: string): RegExp {
  try {
    return new RegExp(`^(.*\\.)?(${pattern})$`);
  } catch {
    throw new AdapterError(
      `adapter_config.json: the pattern "${pattern}" is not a regular expression`,
    );
  }
}
