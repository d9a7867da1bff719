// Llama's forward pass in plain float64 loops, token by token: what the graphs are checked against.
import { adapterTensorName, type Adapter } from '#models/adapters/adapter.js';
import type { GatedDecoderConfig } from '#models/families/gated-decoder.js';
import type { TensorData } from '#models/types.js';

type Vector = number[];

/** Logits [length][vocabulary] after each of the ids. */
export function referenceLogits(
  config: GatedDecoderConfig,
  weights: ReadonlyMap<string, TensorData>,
  ids: readonly number[],
  adapter?: Adapter,
): Vector[] {
  const row = (name: string, index: number): Vector => {
    const { dims, data } = weights.get(name)!;
    return Array.from(data.subarray(index * dims[1]!, (index + 1) * dims[1]!));
  };
  const project = (name: string, x: Vector): Vector => {
    const base = times(weights.get(name)!, x);
    const a = adapter?.tensors.get(adapterTensorName(name, 'A'));
    if (!a) return base;
    const delta = times(adapter!.tensors.get(adapterTensorName(name, 'B'))!, times(a, x));
    return base.map((value, i) => value + (adapter!.alpha / adapter!.r) * delta[i]!);
  };
  const norm = (name: string, x: Vector): Vector => {
    const scale =
      1 /
      Math.sqrt(x.reduce((sum, value) => sum + value * value, 0) / x.length + config.rmsNormEps);
    return x.map((value, i) => value * scale * weights.get(name)!.data[i]!);
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
      const activated = gate.map((value, i) => (value / (1 + Math.exp(-value))) * up[i]!);
      x = plus(x, project(`${block}.mlp.down_proj.weight`, activated));
    }
    const head = config.tieWordEmbeddings ? 'model.embed_tokens.weight' : 'lm_head.weight';
    return times(weights.get(head)!, norm('model.norm.weight', x));
  });
}

function times({ dims, data }: TensorData, x: Vector): Vector {
  const [rows, columns] = dims as [number, number];
  return Array.from({ length: rows }, (_, r) => {
    let sum = 0;
    for (let c = 0; c < columns; c++) sum += data[r * columns + c]! * x[c]!;
    return sum;
  });
}

function plus(a: Vector, b: Vector): Vector {
  return a.map((value, i) => value + b[i]!);
}

/** Rotates the pairs (i, i + D/2) of every head. */
function rotate({ headDim, rope }: GatedDecoderConfig, x: Vector, position: number): Vector {
  const half = headDim / 2;
  return x.map((value, index) => {
    const [start, within] = [index - (index % headDim), index % headDim];
    const i = within % half;
    const angle = position / rope.theta ** ((2 * i) / headDim);
    const other = within < half ? -x[start + i + half]! : x[start + i]!;
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
    const scores = keys.map((key) => {
      let sum = 0;
      for (let i = 0; i < headDim; i++) sum += query[head * headDim + i]! * key[from + i]!;
      return sum / Math.sqrt(headDim);
    });
    const top = Math.max(...scores);
    const shares = scores.map((score) => Math.exp(score - top));
    const total = shares.reduce((a, b) => a + b, 0);
    return Array.from({ length: headDim }, (_none, i) =>
      values.reduce((sum, value, t) => sum + (shares[t]! / total) * value[from + i]!, 0),
    );
  }).flat();
}
