// Sentence embeddings: the mean of the last hidden states, at unit length.

import { BertModel } from './bert-model.js';
import { openJudgeFolder } from './judge-folder.js';
import { OnnxModel } from './onnx-model.js';
import { AutoModel } from './transformers.js';
import { unitMeans } from './unit-means.js';

export interface EmbedderModel {
  /** One vector a text, in their order. */
  embed(texts: readonly string[]): Promise<Float32Array[]>;
}

/**
 * An ONNX file is run as it is; of a BERT in safetensors the graph is built here.
 * @throws JudgeModelError, CheckpointError
 */
export async function loadEmbedder(name: string): Promise<EmbedderModel> {
  const folder = await openJudgeFolder(name);
  if (!folder.dtype && folder.hasSafetensors) return BertModel.load(folder);
  const model = await OnnxModel.load(folder, AutoModel);
  return { embed: (texts) => embed(model, texts) };
}

async function embed(model: OnnxModel, texts: readonly string[]): Promise<Float32Array[]> {
  const vectors: Float32Array[] = [];
  for await (const { data, dims, attentionMask, texts: count } of model.run(
    'last_hidden_state',
    texts,
  )) {
    const [rows, , size] = dims as [number, number, number];
    vectors.push(...unitMeans(data, size, attentionMask, rows).slice(0, count));
  }
  return vectors;
}
