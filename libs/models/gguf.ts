// A GGUF file of the Llama family as a checkpoint, under Hugging Face's tensor names and layout.
import { basename, dirname } from 'node:path';
import { readChatTemplate } from './chat-template-file.js';
import type { Checkpoint } from './checkpoint.js';
import { CheckpointError } from './errors/checkpoint.error.js';
import { TokenizerMismatchError } from './errors/tokenizer-mismatch.error.js';
import { readRange } from './file-range.js';
import { readGgufHeader, type GgufHeader, type GgufTensor, type GgufValue } from './gguf/header.js';
import { ggufTokenizer, ggufTokenizerSource } from './gguf/tokenizer.js';
import { dequantize } from './gguf/types.js';
import { parseHfConfig } from './hf-config.js';
import { checkTensors } from './check-tensors.js';

const BLOCK_NAMES: Readonly<Record<string, string>> = {
  attn_norm: 'input_layernorm',
  attn_q: 'self_attn.q_proj',
  attn_k: 'self_attn.k_proj',
  attn_v: 'self_attn.v_proj',
  attn_output: 'self_attn.o_proj',
  ffn_norm: 'post_attention_layernorm',
  ffn_gate: 'mlp.gate_proj',
  ffn_up: 'mlp.up_proj',
  ffn_down: 'mlp.down_proj',
};

const OUTER_NAMES: Readonly<Record<string, string>> = {
  token_embd: 'model.embed_tokens',
  output_norm: 'model.norm',
  output: 'lm_head',
};

/** Hugging Face's name of a GGUF tensor, or undefined for one this engine has no use for. */
export function hfName(name: string): string | undefined {
  const block = /^blk\.(\d+)\.(\w+)\.weight$/.exec(name);
  if (block) return BLOCK_NAMES[block[2]] && `model.layers.${block[1]}.${BLOCK_NAMES[block[2]]}.weight`;
  const outer = OUTER_NAMES[name.replace(/\.weight$/, '')];
  return outer && `${outer}.weight`;
}

export async function openGguf(path: string, name = basename(path, '.gguf')): Promise<Checkpoint> {
  const header = await readGgufHeader(path);
  const hfConfig = ggufConfig(path, header);
  const config = parseHfConfig(path, hfConfig);
  const tensors = new Map<string, GgufTensor>();
  for (const [ggufName, tensor] of header.tensors) {
    const mapped = hfName(ggufName);
    if (!mapped) throw new CheckpointError(`${path}: tensor ${ggufName} is not part of a plain Llama model, which is expected`);
    tensors.set(mapped, tensor);
  }
  checkTensors(path, config, tensors);
  const entryOf = (tensor: string): GgufTensor => {
    const entry = tensors.get(tensor);
    if (!entry) throw new CheckpointError(`${path}: there is no tensor ${tensor}`);
    return entry;
  };
  return {
    name,
    config,
    tensorNames: () => [...tensors.keys()],
    dims: (tensor) => entryOf(tensor).dims,
    read: async (tensor) => {
      const { start, end, type } = entryOf(tensor);
      const data = dequantize(type, await readRange(path, start, end - start));
      return isRotated(tensor) ? unpermute(data, config.headDim, config.hiddenSize) : data;
    },
    tokenizer: async () => {
      const tokenizer = ggufTokenizer(path, header.metadata, await readChatTemplate(dirname(path)));
      if (tokenizer.vocabSize > config.vocabSize) {
        throw new TokenizerMismatchError(name, tokenizer.vocabSize - 1, config.vocabSize);
      }
      return tokenizer;
    },
    hfConfig: { ...hfConfig, ...specialIds(header) },
    companions: async () => {
      const { tokenizer, config: settings } = ggufTokenizerSource(path, header.metadata, await readChatTemplate(dirname(path)));
      const documents = {
        'tokenizer.json': { version: '1.0', truncation: null, padding: null, ...tokenizer },
        'tokenizer_config.json': { tokenizer_class: 'PreTrainedTokenizerFast', ...settings },
        'generation_config.json': specialIds(header),
      };
      return Object.fromEntries(Object.entries(documents).map(([file, json]) => [file, new TextEncoder().encode(`${JSON.stringify(json)}\n`)]));
    },
  };
}

function specialIds({ metadata }: GgufHeader): Record<string, unknown> {
  const ids = { bos_token_id: 'bos_token_id', eos_token_id: 'eos_token_id', pad_token_id: 'padding_token_id' };
  return Object.fromEntries(Object.entries(ids).map(([key, stored]) => [key, metadata.get(`tokenizer.ggml.${stored}`) ?? null]));
}

function isRotated(tensor: string): boolean {
  return tensor.endsWith('q_proj.weight') || tensor.endsWith('k_proj.weight');
}

/**
 * GGUF keeps a head's rows in pairs (0, D/2), (1, D/2 + 1), ... for ggml's rotary embedding;
 * Hugging Face's keeps the halves together.
 */
function unpermute(data: Float32Array, headDim: number, columns: number): Float32Array {
  const out = new Float32Array(data.length);
  const half = headDim / 2;
  for (let row = 0; row < data.length / columns; row++) {
    const [head, within] = [Math.floor(row / headDim), row % headDim];
    const source = head * headDim + (within % half) * 2 + (within < half ? 0 : 1);
    out.set(data.subarray(source * columns, (source + 1) * columns), row * columns);
  }
  return out;
}

/** config.json of the model. */
function ggufConfig(path: string, { metadata, tensors }: GgufHeader): Record<string, unknown> {
  const architecture = metadata.get('general.architecture');
  if (architecture !== 'llama') {
    throw new CheckpointError(`${path}: general.architecture is "${String(architecture)}", expected "llama"`);
  }
  const number = (key: string, otherwise?: number): number => {
    const value: GgufValue | undefined = metadata.get(`llama.${key}`) ?? otherwise;
    if (typeof value !== 'number') throw new CheckpointError(`${path}: metadata llama.${key}: expected a number`);
    return value;
  };
  const scaling = metadata.get('llama.rope.scaling.type');
  if (scaling !== undefined && scaling !== 'none') {
    throw new CheckpointError(`${path}: rope scaling "${String(scaling)}" is not supported, expected none`);
  }
  const hiddenSize = number('embedding_length');
  const numAttentionHeads = number('attention.head_count');
  return {
    architectures: ['LlamaForCausalLM'],
    model_type: 'llama',
    vocab_size: tensors.get('token_embd.weight')?.dims[0] ?? number('vocab_size'),
    hidden_size: hiddenSize,
    intermediate_size: number('feed_forward_length'),
    num_hidden_layers: number('block_count'),
    num_attention_heads: numAttentionHeads,
    num_key_value_heads: number('attention.head_count_kv', numAttentionHeads),
    head_dim: number('attention.key_length', number('rope.dimension_count', hiddenSize / numAttentionHeads)),
    rms_norm_eps: Number(number('attention.layer_norm_rms_epsilon').toPrecision(7)), // stored as float32
    rope_theta: number('rope.freq_base', 10000),
    max_position_embeddings: number('context_length'),
    tie_word_embeddings: !tensors.has('output.weight'),
  };
}
