// A BERT in safetensors as an embedder: the graph is built by the engine.

import { required } from '#collections/required.js';
import { type BertConfig, LAST_STATES } from '#models/encoders/bert.js';
import { openEncoder } from '#models/encoders/encoder-folder.js';
import { encoderInputs } from '#models/encoders/two-way-attention.js';
import { HIDDEN } from '#models/passes/attention/sequence-inputs.js';
import { GraphSession, int64 } from '#runtime/graph-session.js';
import { type JudgeFolder, MAX_TOKENS } from './judge-folder.js';
import type { PreTrainedTokenizer } from './transformers.js';
import { unitMeans } from './unit-means.js';

/** Texts of one run. */
const ROWS = 32;

export class BertModel {
  private constructor(
    private readonly tokenizer: PreTrainedTokenizer,
    private readonly config: BertConfig,
    private readonly session: GraphSession,
  ) {}

  /** @throws CheckpointError */
  static async load({ path, tokenizer }: JudgeFolder): Promise<BertModel> {
    const { config, graph, weights } = await openEncoder(path);
    const session = await GraphSession.create(graph, { device: 'cpu', threads: 1 }, weights);
    return new BertModel(tokenizer, config, session);
  }

  async embed(texts: readonly string[]): Promise<Float32Array[]> {
    const vectors: Float32Array[] = [];
    for (let from = 0; from < texts.length; from += ROWS)
      vectors.push(...(await this.run(texts.slice(from, from + ROWS))));
    return vectors;
  }

  private async run(texts: readonly string[]): Promise<Float32Array[]> {
    const { input_ids: ids, attention_mask: attentionMask } = this.tokenizer([...texts], {
      padding: true,
      truncation: true,
      max_length: Math.min(MAX_TOKENS, this.config.maxPositionEmbeddings),
    });
    const [batch, length] = ids.dims as [number, number];
    const seen = attentionMask.data as BigInt64Array;
    const tokens = batch * length;
    const results = await this.session.run(
      {
        [encoderInputs.ids]: { dims: [tokens], data: ids.data as BigInt64Array },
        [encoderInputs.positions]: int64(Array.from({ length: tokens }, (_, i) => i % length)),
        [encoderInputs.attentionMask]: {
          dims: [batch, 1, 1, length],
          data: Float32Array.from(seen, (token) => (token === 0n ? HIDDEN : 0)),
        },
      },
      { batch, length, tokens },
    );
    return unitMeans(required(results, LAST_STATES), this.config.hiddenSize, seen, batch);
  }
}
