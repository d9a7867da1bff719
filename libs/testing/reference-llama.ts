// Llama's forward pass in plain float64 loops, token by token: what the graphs are checked against.

import { item } from '#collections/items.js';
import { required } from '#collections/required.js';
import { zip } from '#collections/zip.js';
import { type Adapter, lowRank } from '#models/adapters/adapter.js';
import type { GatedDecoderConfig } from '#models/families/gated-decoder.js';
import { matrixSizes } from '#models/tensors/matrix.js';
import type { TensorData } from '#models/types.js';

type Vector = number[];

/**
 * Logits [length][vocabulary] after each of the ids.
 * @param leave is given what each layer leaves of each token, and says what it is to be.
 */
export function referenceLogits(
  config: GatedDecoderConfig,
  weights: ReadonlyMap<string, TensorData>,
  ids: readonly number[],
  adapter?: Adapter,
  leave: (state: Vector, layer: number, position: number) => Vector = (state) => state,
): Vector[] {
  const row = (name: string, index: number): Vector => {
    const { dims, data } = required(weights, name);
    const [, columns] = matrixSizes(dims);
    return Array.from(data.subarray(index * columns, (index + 1) * columns));
  };
  const project = (name: string, x: Vector): Vector => {
    const base = times(required(weights, name), x);
    const product = adapter && lowRank(adapter, name);
    if (!product) return base;
    const delta = times(product.b, times(product.a, x));
    return zip(base, delta).map(([value, change]) => value + product.scale * change);
  };
  const norm = (name: string, x: Vector): Vector => {
    const scale =
      1 /
      Math.sqrt(x.reduce((sum, value) => sum + value * value, 0) / x.length + config.rmsNormEps);
    return zip(x, required(weights, name).data).map(([value, w]) => value * scale * w);
  };
  const cache = Array.from({ length: config.numHiddenLayers }, () => ({
    keys: [] as Vector[],
    values: [] as Vector[],
  }));
  return ids.map((id, position) => {
    let x = row('model.embed_tokens.weight', id);
    for (const [layer, { keys, values }] of cache.entries()) {
      const block = `model.layers.${layer}`;
      const normed = norm(`${block}.input_layernorm.weight`, x);
      const query = rotate(config, project(`${block}.self_attn.q_proj.weight`, normed), position);
      keys.push(rotate(config, project(`${block}.self_attn.k_proj.weight`, normed), position));
      values.push(project(`${block}.self_attn.v_proj.weight`, normed));
      x = plus(x, project(`${block}.self_attn.o_proj.weight`, attend(config, query, keys, values)));
      const inner = norm(`${block}.post_attention_layernorm.weight`, x);
      const gate = project(`${block}.mlp.gate_proj.weight`, inner);
      const up = project(`${block}.mlp.up_proj.weight`, inner);
      const activated = zip(gate, up).map(
        ([value, factor]) => (value / (1 + Math.exp(-value))) * factor,
      );
      const left = plus(x, project(`${block}.mlp.down_proj.weight`, activated));
      x = leave(left, layer, position);
    }
    const head = config.tieWordEmbeddings ? 'model.embed_tokens.weight' : 'lm_head.weight';
    return times(required(weights, head), norm('model.norm.weight', x));
  });
}

function times({ dims, data }: TensorData, x: Vector): Vector {
  const [rows, columns] = matrixSizes(dims);
  return Array.from({ length: rows }, (_, row) =>
    dot(data.subarray(row * columns, (row + 1) * columns), x),
  );
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function plus(a: Vector, b: Vector): Vector {
  return zip(a, b).map(([x, y]) => x + y);
}

/** Rotates the pairs (i, i + D/2) of every head. */
function rotate({ headDim, rope }: GatedDecoderConfig, x: Vector, position: number): Vector {
  const half = headDim / 2;
  return x.map((value, index) => {
    const within = index % headDim;
    const angle = position / rope.theta ** ((2 * (within % half)) / headDim);
    const other = within < half ? -item(x, index + half) : item(x, index - half);
    return value * Math.cos(angle) + other * Math.sin(angle);
  });
}

function attend(
  { numAttentionHeads, numKeyValueHeads, headDim }: GatedDecoderConfig,
  query: Vector,
  keys: Vector[],
  values: Vector[],
): Vector {
  const group = numAttentionHeads / numKeyValueHeads;
  return Array.from({ length: numAttentionHeads }, (_, head) => {
    const from = Math.floor(head / group) * headDim;
    const own = query.slice(head * headDim, (head + 1) * headDim);
    const scores = keys.map(
      (key) => dot(own, key.slice(from, from + headDim)) / Math.sqrt(headDim),
    );
    const top = Math.max(...scores);
    const shares = scores.map((score) => Math.exp(score - top));
    const total = shares.reduce((a, b) => a + b, 0);
    return Array.from({ length: headDim }, (_none, i) =>
      zip(shares, values).reduce(
        (sum, [share, value]) => sum + (share / total) * item(value, from + i),
        0,
      ),
    );
  }).flat();
}
