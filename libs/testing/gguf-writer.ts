// Writes small GGUF files: what llama.cpp's converter would make of a tiny model.

import type { GatedDecoderConfig } from '#models/families/gated-decoder.js';
import { floatToBfloat } from '#models/tensors/float16.js';
import { matrixSizes } from '#models/tensors/matrix.js';
import type { TensorData } from '#models/types.js';

export type GgufMetadata = Readonly<
  Record<string, string | number | boolean | readonly string[] | readonly number[]>
>;

export interface GgufTensorBytes {
  readonly dims: readonly number[];
  readonly type: number;
  readonly bytes: Uint8Array;
}

const ALIGNMENT = 32;

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

function f32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return bytes;
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([u64(bytes.length), bytes]);
}

/** Keys whose numbers llama.cpp reads as f32, whole ones too. */
const FLOAT = /freq_base$/;

/** A value with its type; numbers are u32 when whole, else f32; in lists i32. */
function typed(key: string, value: GgufMetadata[string]): Buffer[] {
  if (typeof value === 'string') return [u32(8), text(value)];
  if (typeof value === 'boolean') return [u32(7), Buffer.of(Number(value))];
  if (typeof value === 'number')
    return Number.isInteger(value) && !FLOAT.test(key)
      ? [u32(4), u32(value)]
      : [u32(6), f32(value)];
  const isText = typeof value[0] === 'string';
  return [
    u32(9),
    u32(isText ? 8 : 5),
    u64(value.length),
    ...value.map((item) => (isText ? text(item as string) : u32(item as number))),
  ];
}

function padding(length: number): Buffer {
  return Buffer.alloc((ALIGNMENT - (length % ALIGNMENT)) % ALIGNMENT);
}

export function writeGguf(
  metadata: GgufMetadata,
  tensors: ReadonlyMap<string, GgufTensorBytes>,
): Uint8Array {
  const entries = Object.entries(metadata);
  const head = [Buffer.from('GGUF'), u32(3), u64(tensors.size), u64(entries.length)];
  for (const [key, value] of entries) head.push(text(key), ...typed(key, value));
  const data: Buffer[] = [];
  let offset = 0;
  for (const [name, { dims, type, bytes }] of tensors) {
    head.push(text(name), u32(dims.length), ...dims.toReversed().map(u64), u32(type), u64(offset));
    const pad = padding(bytes.length);
    data.push(Buffer.from(bytes), pad);
    offset += bytes.length + pad.length;
  }
  const start = Buffer.concat(head);
  return new Uint8Array(Buffer.concat([start, padding(start.length), ...data]));
}

/** Metadata of a tiny Llama with a byte tokenizer (see tiny-model.ts). */
export function ggufMetadata(
  config: GatedDecoderConfig,
  alphabet: readonly string[],
  chatTemplate: string,
): GgufMetadata {
  const specials = ['<|endoftext|>', '<|im_start|>', '<|im_end|>'];
  return {
    'general.architecture': 'llama',
    'llama.block_count': config.numHiddenLayers,
    'llama.context_length': config.maxPositionEmbeddings,
    'llama.embedding_length': config.hiddenSize,
    'llama.feed_forward_length': config.intermediateSize,
    'llama.attention.head_count': config.numAttentionHeads,
    'llama.attention.head_count_kv': config.numKeyValueHeads,
    'llama.attention.layer_norm_rms_epsilon': config.rmsNormEps,
    'llama.rope.freq_base': config.rope.theta,
    'llama.rope.dimension_count': config.headDim,
    'tokenizer.ggml.model': 'gpt2',
    'tokenizer.ggml.pre': 'smollm',
    'tokenizer.ggml.tokens': [...alphabet, ...specials],
    'tokenizer.ggml.token_type': [...alphabet.map(() => 1), ...specials.map(() => 3)],
    'tokenizer.ggml.merges': ['Ġ t', 'h e'],
    'tokenizer.ggml.bos_token_id': 257,
    'tokenizer.ggml.eos_token_id': 258,
    'tokenizer.chat_template': chatTemplate,
  };
}

const BLOCK: Readonly<Record<string, string>> = {
  input_layernorm: 'attn_norm',
  'self_attn.q_proj': 'attn_q',
  'self_attn.k_proj': 'attn_k',
  'self_attn.v_proj': 'attn_v',
  'self_attn.o_proj': 'attn_output',
  post_attention_layernorm: 'ffn_norm',
  'mlp.gate_proj': 'ffn_gate',
  'mlp.up_proj': 'ffn_up',
  'mlp.down_proj': 'ffn_down',
};

/** Weights under GGUF's names as F32, rows of q and k in GGUF's order. */
export function ggufTensors(
  config: GatedDecoderConfig,
  weights: ReadonlyMap<string, TensorData>,
): Map<string, GgufTensorBytes> {
  const tensors = new Map<string, GgufTensorBytes>();
  for (const [name, tensor] of weights) {
    const data = /[qk]_proj/.test(name) ? permute(tensor, config.headDim) : tensor.data;
    tensors.set(ggufName(name), {
      dims: tensor.dims,
      type: 0,
      bytes: new Uint8Array(data.slice().buffer),
    });
  }
  return tensors;
}

const BF16 = 30;

/** Matrices, or those of some names, as BF16. */
export const halfMatrices = (
  tensors: ReadonlyMap<string, GgufTensorBytes>,
  pick = /./,
): Map<string, GgufTensorBytes> =>
  new Map(
    [...tensors].map(([name, tensor]) => {
      if (tensor.dims.length < 2 || !pick.test(name)) return [name, tensor];
      const bits = Uint16Array.from(new Float32Array(tensor.bytes.slice().buffer), floatToBfloat);
      return [name, { ...tensor, type: BF16, bytes: new Uint8Array(bits.buffer) }];
    }),
  );

/** What llama.cpp calls a tensor of Llama. */
export function ggufName(name: string): string {
  const [, layer, part] = /^model\.layers\.(\d+)\.(.+)\.weight$/.exec(name) ?? [];
  if (part) return `blk.${layer}.${BLOCK[part]}.weight`;
  const outer: Record<string, string> = {
    'model.embed_tokens': 'token_embd',
    'model.norm': 'output_norm',
    lm_head: 'output',
  };
  return `${outer[name.replace('.weight', '')]}.weight`;
}

/** reshape(heads, 2, D/2, columns).swapaxes(1, 2), as in llama.cpp's convert_hf_to_gguf.py. */
function permute({ dims, data }: TensorData, headDim: number): Float32Array {
  const [rows, columns] = matrixSizes(dims);
  const out = new Float32Array(data.length);
  let target = 0;
  for (let head = 0; head < rows / headDim; head++) {
    for (let i = 0; i < headDim / 2; i++) {
      for (let half = 0; half < 2; half++) {
        const source = head * headDim + half * (headDim / 2) + i;
        out.set(data.subarray(source * columns, (source + 1) * columns), target++ * columns);
      }
    }
  }
  return out;
}
