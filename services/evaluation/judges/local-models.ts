// An NLI classifier and a sentence embedder from folders on disk, run by transformers.js.

import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { JudgeModelError } from './judge-model.error.js';
import {
  AutoModel,
  AutoModelForSequenceClassification,
  AutoTokenizer,
  type PreTrainedModel,
  type PreTrainedTokenizer,
  type Tensor,
} from './transformers.js';

/**
 * Weight files by the precision that transformers.js knows them under; the first that exists is
 * taken.
 */
const weightFiles = {
  'model.onnx': 'fp32',
  'model_fp16.onnx': 'fp16',
  'model_quantized.onnx': 'q8',
} as const;
/** Longer texts are cut: both kinds of models have at most 512 positions. */
const MAX_TOKENS = 512;

interface Loaded {
  readonly tokenizer: PreTrainedTokenizer;
  readonly model: PreTrainedModel;
}

/** @throws JudgeModelError */
async function load(
  folder: string,
  kind: typeof AutoModel | typeof AutoModelForSequenceClassification,
): Promise<Loaded> {
  const path = resolve(folder);
  for (const file of ['config.json', 'tokenizer.json', 'tokenizer_config.json']) {
    if (!existsSync(join(path, file))) throw new JudgeModelError(folder, `has no ${file}`);
  }
  const weights = Object.entries(weightFiles).find(([file]) =>
    existsSync(join(path, 'onnx', file)),
  );
  if (!weights)
    throw new JudgeModelError(
      folder,
      `has none of ${Object.keys(weightFiles)
        .map((file) => `onnx/${file}`)
        .join(', ')}`,
    );
  const options = { local_files_only: true, dtype: weights[1], device: 'cpu' } as const;
  // One after the other: where the first fails, no session is being opened.
  const tokenizer = await AutoTokenizer.from_pretrained(path, options);
  return { tokenizer, model: await kind.from_pretrained(path, options) };
}

/** Classifies a pair of texts as entailment, neutral or contradiction. */
export class NliModel {
  private constructor(
    private readonly loaded: Loaded,
    private readonly contradictionLabel: number,
  ) {}

  /**
   * @throws JudgeModelError where a file is missing or no label of the model is called
   * contradiction.
   */
  static async load(folder: string): Promise<NliModel> {
    const loaded = await load(folder, AutoModelForSequenceClassification);
    const labels =
      (loaded.model.config as unknown as { id2label?: Record<string, string> }).id2label ?? {};
    const label = Object.entries(labels).find(([, name]) => /^contradict/i.test(name))?.[0];
    if (label === undefined)
      throw new JudgeModelError(
        folder,
        `has no label "contradiction" (it has ${Object.values(labels).join(', ') || 'none'})`,
      );
    return new NliModel(loaded, Number(label));
  }

  /** Whether contradiction is the likeliest class. */
  async contradicts(premise: string, hypothesis: string): Promise<boolean> {
    const inputs = this.loaded.tokenizer([premise], {
      text_pair: [hypothesis],
      padding: true,
      truncation: true,
      max_length: MAX_TOKENS,
    });
    const { logits } = (await this.loaded.model(inputs)) as { logits: Tensor };
    const scores = [...(logits.data as Float32Array)];
    return scores.indexOf(Math.max(...scores)) === this.contradictionLabel;
  }
}

/** Sentence embeddings: the mean of the last hidden states, at unit length. */
export class EmbedderModel {
  private constructor(private readonly loaded: Loaded) {}

  /** @throws JudgeModelError */
  static async load(folder: string): Promise<EmbedderModel> {
    return new EmbedderModel(await load(folder, AutoModel));
  }

  async embed(texts: readonly string[]): Promise<Float32Array[]> {
    const inputs = this.loaded.tokenizer([...texts], {
      padding: true,
      truncation: true,
      max_length: MAX_TOKENS,
    });
    const { last_hidden_state: states } = (await this.loaded.model(inputs)) as {
      last_hidden_state: Tensor;
    };
    const [rows, positions, size] = states.dims as [number, number, number];
    const mask = inputs.attention_mask.data as BigInt64Array;
    return Array.from({ length: rows }, (_, row) => {
      const from = row * positions;
      return unitMean(
        states.data as Float32Array,
        Array.from(mask.subarray(from, from + positions), Number),
        from * size,
        size,
      );
    });
  }
}

function unitMean(
  states: Float32Array,
  mask: readonly number[],
  offset: number,
  size: number,
): Float32Array {
  const mean = new Float32Array(size);
  for (const [position, weight] of mask.entries()) {
    for (let i = 0; i < size; i++) mean[i]! += weight * states[offset + position * size + i]!;
  }
  // The mean's length does not matter: it is brought to 1.
  const length = Math.hypot(...mean) || 1;
  return mean.map((x) => x / length);
}
