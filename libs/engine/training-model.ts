// The model a run starts from and its rows as token ids.
import { readAdapter } from '#models/adapter.js';
import { mergeAdapter } from '#models/adapter-algebra.js';
import { openCheckpoint } from '#models/checkpoint.js';
import { type EncodedRow, encodeRow } from '#models/encode-row.js';
import { expectedTensors } from '#models/llama-tensors.js';
import type { Tokenizer } from '#models/tokenizer.js';
import type { ModelConfig, TensorData, TrainRow } from '#models/types.js';
import { TrainingError } from './errors/training.error.js';
import { initialWeights } from './parameters.js';
import type { TrainOptions } from './training-options.js';

export interface TrainingModel {
  readonly name?: string;
  readonly config: ModelConfig;
  /** Base weights by Hugging Face name, a parent adapter merged in. */
  readonly weights: ReadonlyMap<string, TensorData>;
  readonly forget: readonly EncodedRow[];
  readonly retain: readonly EncodedRow[];
}

export async function loadTrainingModel(options: TrainOptions): Promise<TrainingModel> {
  if (options.scratch) return fromScratch(options.scratch, options);
  if (!options.modelPath) throw new TrainingError('a run needs a modelPath or a scratch configuration');
  const checkpoint = await openCheckpoint(options.modelPath);
  const parent = options.parentAdapter && readAdapter(options.parentAdapter);
  const weights = new Map<string, TensorData>();
  for (const [name, dims] of expectedTensors(checkpoint.config)) {
    const data = await checkpoint.read(name);
    if (parent) mergeAdapter(parent, name, dims, data);
    weights.set(name, { dims, data });
  }
  const tokenizer = await checkpoint.tokenizer();
  const encode = (set: 'forget' | 'retain') => encodeRows(options[set], set, options, checkpoint.config, tokenizer);
  return { name: checkpoint.name, config: checkpoint.config, weights, forget: encode('forget'), retain: encode('retain') };
}

function fromScratch(config: ModelConfig, options: TrainOptions): TrainingModel {
  const initial = initialWeights(config, options.seed);
  const weights = new Map([...expectedTensors(config)].map(([name, dims]) => [name, { dims, data: initial(name, dims) }]));
  return { config, weights, forget: encodeRows(options.forget, 'forget', options, config), retain: encodeRows(options.retain, 'retain', options, config) };
}

function encodeRows(
  rows: readonly (TrainRow | EncodedRow)[],
  set: string,
  { maxLength }: TrainOptions,
  config: ModelConfig,
  tokenizer?: Tokenizer,
): EncodedRow[] {
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
