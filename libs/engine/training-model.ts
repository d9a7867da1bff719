// The model a run starts from and its rows as token ids.
import { readAdapter } from '#models/adapter-files.js';
import { openCheckpoint } from '#models/checkpoint.js';
import { type EncodedRow, encodeRow } from '#models/encode-row.js';
import { expectedTensors } from '#models/trace.js';
import { mergedModel } from '#models/merged-model.js';
import type { Tokenizer } from '#models/tokenizer.js';
import type { ModelConfig, TensorData, TrainRow } from '#models/types.js';
import { TrainingError } from './errors/training.error.js';
import { forgetPairs } from './forget-pairs.js';
import { chooseObjective } from './objective-catalog.js';
import { initialWeights } from './parameters.js';
import type { TrainOptions } from './training-options.js';

export interface TrainingModel {
  readonly name?: string;
  readonly config: ModelConfig;
  /** Base weights by Hugging Face name, a parent adapter merged in. */
  readonly weights: ReadonlyMap<string, TensorData>;
  readonly forget: readonly EncodedRow[];
  /** The preferred answer of each forget row, where the objective compares the two. */
  readonly alternate: readonly EncodedRow[];
  readonly retain: readonly EncodedRow[];
}

export async function loadTrainingModel(options: TrainOptions): Promise<TrainingModel> {
  const source = await openSource(options);
  const base = expectedTensors(source.config);
  const read = async (name: string): Promise<Float32Array> => source.read(name, base.get(name)!);
  const parent = options.parentAdapter && mergedModel(source.config, readAdapter(options.parentAdapter));
  const config = parent?.config ?? source.config;
  const weights = new Map<string, TensorData>();
  for (const [name, dims] of expectedTensors(config)) weights.set(name, { dims, data: await (parent ? parent.read(name, read) : read(name)) });
  const encode = (rows: readonly (TrainRow | EncodedRow)[], set: string) => encodeRows(rows, set, options, config, source.tokenizer);
  const { forget, alternate } = forgetPairs(options.forget, chooseObjective(options.objective), options.seed);
  return {
    ...(source.name ? { name: source.name } : {}),
    config,
    weights,
    forget: encode(forget, 'forget'),
    alternate: encode(alternate, 'alternate'),
    retain: encode(options.retain, 'retain'),
  };
}

interface Source {
  readonly name?: string;
  readonly config: ModelConfig;
  readonly tokenizer?: Tokenizer;
  read(name: string, dims: readonly number[]): Promise<Float32Array> | Float32Array;
}

async function openSource({ scratch, modelPath, seed }: TrainOptions): Promise<Source> {
  if (scratch) return { config: scratch, read: initialWeights(scratch, seed) };
  if (!modelPath) throw new TrainingError('a run needs a modelPath or a scratch configuration');
  const checkpoint = await openCheckpoint(modelPath);
  const { name, config } = checkpoint;
  return { name, config, tokenizer: await checkpoint.tokenizer(), read: (tensor) => checkpoint.read(tensor) };
}

function encodeRows(
  rows: readonly (TrainRow | EncodedRow)[],
  set: string,
  options: TrainOptions,
  config: ModelConfig,
  tokenizer?: Tokenizer,
): EncodedRow[] {
  const maxLength = Math.min(options.maxLength, config.maxPositionEmbeddings);
  return rows.map((row, i) => {
    const encoded = 'ids' in row ? { ...row, ids: row.ids.slice(0, maxLength) } : encodeText(row, `${set} row ${i + 1}`, maxLength, tokenizer);
    if (encoded.ids.length <= Math.max(1, encoded.labelStart)) throw new TrainingError(`${set} row ${i + 1} has no label within ${maxLength} tokens`);
    if (encoded.ids.some((id) => id >= config.vocabSize)) throw new TrainingError(`${set} row ${i + 1} has a token outside the model's vocabulary`);
    return encoded;
  });
}

function encodeText(row: TrainRow, where: string, maxLength: number, tokenizer?: Tokenizer): EncodedRow {
  if (!tokenizer) throw new TrainingError(`${where} is text: a model without a checkpoint has no tokenizer`);
  try {
    return encodeRow(tokenizer, row, maxLength);
  } catch (error) {
    throw new TrainingError(`${where}: ${(error as Error).message}`, { cause: error });
  }
}
