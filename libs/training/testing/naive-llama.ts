// Llama in plain float64 loops, written from the model's definition: what the graphs are checked
// against.

import { item } from '#collections/items.js';
import { required } from '#collections/required.js';
import { zip } from '#collections/zip.js';
import { adapterTensorName } from '#models/adapters/adapter.js';
import type { GatedDecoderConfig } from '#models/families/gated-decoder.js';
import { headSpec } from '#models/passes/head.js';
import type { LoraShape } from '#models/passes/lora.js';
import { matrixSizes } from '#models/tensors/matrix.js';

export interface NaiveTensor {
  readonly dims: readonly number[];
  readonly data: Float32Array | Float64Array;
}
type Tensors = ReadonlyMap<string, NaiveTensor>;
type Vector = number[];

const dot = (a: ArrayLike<number>, b: ArrayLike<number>, start = 0): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[start + i]!;
  return sum;
};
const multiply = ({ dims, data }: NaiveTensor, x: Vector): Vector =>
  Array.from({ length: matrixSizes(dims)[0] }, (_, row) => dot(x, data, row * x.length));
const plus = (a: Vector, b: Vector): Vector => zip(a, b).map(([x, y]) => x + y);

function softmax(x: Vector): Vector {
  const top = Math.max(...x);
  const e = x.map((v) => Math.exp(v - top));
  const total = e.reduce((a, b) => a + b, 0);
  return e.map((v) => v / total);
}

/**
 * Rotates the pairs (i, i + half) of a head by position * theta^(-2i / D): Hugging Face's layout.
 */
function rotate(head: Vector, position: number, theta: number): Vector {
  const half = head.length / 2;
  return head.map((x, i) => {
    const angle = position / theta ** ((2 * (i % half)) / head.length);
    const partner = i < half ? -item(head, i + half) : item(head, i - half);
    return x * Math.cos(angle) + partner * Math.sin(angle);
  });
}

/**
 * Log-probabilities of the next token after every position of `ids`.
 * @param adapter LoRA matrices by PEFT name.
 */
export function naiveLogProbs(
  config: GatedDecoderConfig,
  weights: Tensors,
  ids: readonly number[],
  adapter?: { shape: LoraShape; tensors: Tensors },
): Vector[] {
  const { hiddenSize, headDim, numAttentionHeads: heads, numKeyValueHeads: keyHeads } = config;
  const norm = (x: Vector, name: string): Vector => {
    const inverse = 1 / Math.sqrt(dot(x, x) / x.length + config.rmsNormEps);
    return zip(x, required(weights, name).data).map(([v, w]) => v * inverse * w);
  };
  const project = (name: string, x: Vector): Vector => {
    const base = multiply(required(weights, name), x);
    const a = adapter?.tensors.get(adapterTensorName(name, 'A'));
    if (!adapter || !a) return base;
    const up = multiply(required(adapter.tensors, adapterTensorName(name, 'B')), multiply(a, x));
    return plus(
      base,
      up.map((v) => (v * adapter.shape.alpha) / adapter.shape.r),
    );
  };
  const headsOf = (x: Vector): Vector[] =>
    Array.from({ length: x.length / headDim }, (_, h) => x.slice(h * headDim, (h + 1) * headDim));
  const embedding = required(weights, 'model.embed_tokens.weight');
  let states: Vector[] = ids.map((id) =>
    Array.from(embedding.data.subarray(id * hiddenSize, (id + 1) * hiddenSize)),
  );
  for (let layer = 0; layer < config.numHiddenLayers; layer++) {
    const block = `model.layers.${layer}`;
    const normed = states.map((x) => norm(x, `${block}.input_layernorm.weight`));
    const read = (name: string): Vector[][] =>
      normed.map((x) => headsOf(project(`${block}.self_attn.${name}.weight`, x)));
    const turn = (rows: Vector[][]): Vector[][] =>
      rows.map((row, t) => row.map((head) => rotate(head, t, config.rope.theta)));
    const [q, k, v] = [turn(read('q_proj')), turn(read('k_proj')), read('v_proj')];
    states = zip(states, q).map(([x, queries], t) => {
      const mixed = queries.map((query, h) => {
        const shared = Math.floor((h * keyHeads) / heads);
        const seen = (rows: Vector[][]): Vector[] =>
          rows.slice(0, t + 1).map((row) => item(row, shared));
        const weight = softmax(seen(k).map((key) => dot(query, key) / Math.sqrt(headDim)));
        return zip(weight, seen(v))
          .map(([w, value]) => value.map((number) => w * number))
          .reduce(plus);
      });
      const attended = plus(x, project(`${block}.self_attn.o_proj.weight`, mixed.flat()));
      const y = norm(attended, `${block}.post_attention_layernorm.weight`);
      const gate = project(`${block}.mlp.gate_proj.weight`, y);
      const up = project(`${block}.mlp.up_proj.weight`, y);
      const inner = zip(gate, up).map(([g, u]) => (g / (1 + Math.exp(-g))) * u);
      return plus(attended, project(`${block}.mlp.down_proj.weight`, inner));
    });
  }
  return states.map((x) =>
    softmax(multiply(required(weights, headSpec(config).name), norm(x, 'model.norm.weight'))).map(
      Math.log,
    ),
  );
}
