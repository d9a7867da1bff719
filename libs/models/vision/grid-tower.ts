// The tower of Qwen2-VL and Qwen2.5-VL: patches of a picture of any size, rotated by row and column,
// neighbours merged to features at its end.

import type { Graph } from '#onnx/graph.js';
import * as m from '#onnx/math.js';
import type { Value } from '#onnx/types.js';
import { activations } from '../layers/activations.js';
import { linear } from '../layers/linear.js';
import { layerNorm, rmsNorm } from '../layers/norms.js';
import type { Attention, Pass, Projecting } from '../layers/pass.js';
import { type ResidualStream, residualStream } from '../layers/residual-stream.js';
import { rotate } from '../passes/attention/rotation.js';
import type { GridTowerConfig, GridVision } from '../types.js';

/** Sizes that vary with the picture. */
export const gridDims = {
  patches: 'vision.patches',
  features: 'vision.features',
  windows: 'vision.windows',
  /** windows * patches of a window. */
  slots: 'vision.slots',
} as const;

export const gridInputs = {
  /** [patches, head / 2] each: cosine and sine of what a patch is rotated by. */
  cosine: 'vision.cosine',
  sine: 'vision.sine',
  /** [patches, 1] int64: 0, 1, 2 ... */
  rows: 'vision.rows',
  /** [slots] int64: the patch in each slot of each window; the first where there is none. */
  inSlots: 'vision.inSlots',
  /** [patches] int64: each patch's slot. */
  slotOf: 'vision.slotOf',
  /** [windows, 1, 1, patches of a window]: 0 where a slot has a patch, very low elsewhere. */
  mask: 'vision.mask',
} as const;

const EPS = 1e-6;

/** Numbers of a patch, in all colours and frames. */
export const patchNumbers = ({ frames, patchSize }: GridTowerConfig): number =>
  3 * frames * patchSize * patchSize;

const headOf = ({ hiddenSize, numAttentionHeads }: GridTowerConfig): number =>
  hiddenSize / numAttentionHeads;

/** Patches of a window. */
export const windowSize = ({ windows }: GridTowerConfig): number => (windows?.side ?? 0) ** 2;

/**
 * Patches see those of their window, or the whole picture. What all of them see of each other is laid
 * out piece by piece inside the kernel, never as a whole.
 */
export function gridAttention(graph: Graph, tower: GridTowerConfig): Attention {
  const { numAttentionHeads: heads, hiddenSize: hidden, windows } = tower;
  const [head, size] = [headOf(tower), windowSize(tower)];
  const { patches, slots, windows: count } = gridDims;
  const rows = (): Value => graph.input(gridInputs.rows, [patches, 1], 'int64');
  const turned = (x: Value): Value => {
    const table = (name: string): Value => graph.input(name, [patches, head / 2]);
    const tables = { cosine: table(gridInputs.cosine), sine: table(gridInputs.sine) };
    const apart = m.reshape(graph, x, [patches, heads, 1, head]);
    const rope = { dim: head, theta: tower.theta };
    return m.reshape(graph, rotate(graph, rope, apart, rows(), tables), [patches, hidden]);
  };
  const whole = (q: Value, k: Value, v: Value, scale: number): Value => {
    const one = (x: Value): Value => m.reshape(graph, x, [1, patches, hidden]);
    const attributes = { num_heads: heads, scale };
    const mixed = graph.op('MultiHeadAttention', [one(q), one(k), one(v)], attributes);
    return m.reshape(graph, mixed, [patches, hidden]);
  };
  const windowed = (q: Value, k: Value, v: Value, scale: number): Value => {
    const inSlots = graph.input(gridInputs.inSlots, [slots], 'int64');
    const split = (x: Value): Value =>
      m.transpose(
        graph,
        m.reshape(graph, m.gather(graph, x, inSlots), [count, size, heads, head]),
        [0, 2, 1, 3],
      );
    const scores = m.matmul(graph, split(q), split(k), { transB: true, alpha: scale });
    const seen = m.add(graph, scores, graph.input(gridInputs.mask, [count, 1, 1, size]));
    const mixed = m.matmul(graph, m.softmax(graph, seen), split(v));
    const laid = m.reshape(graph, m.transpose(graph, mixed, [0, 2, 1, 3]), [slots, hidden]);
    return m.gather(graph, laid, graph.input(gridInputs.slotOf, [patches], 'int64'));
  };
  return {
    positions: rows,
    attend: (q, k, v, { layer, scale }) =>
      (windows && !windows.wholes.includes(layer) ? windowed : whole)(
        turned(q),
        turned(k),
        v,
        scale,
      ),
  };
}

/** Pixels [patches, numbers of a patch] -> the stream [patches, hidden]. */
export const gridStates = (pass: Pass, tower: GridTowerConfig, pixels: Value): ResidualStream =>
  residualStream(pass, embedded(pass, tower, pixels), tower, (x, layer) =>
    mlp(pass, tower, attention(pass, tower, x, layer), layer),
  );

/** The convolution whose windows do not overlap, as one product. */
function embedded(pass: Pass, tower: GridTowerConfig, pixels: Value): Value {
  const { graph } = pass;
  const { hiddenSize: hidden, frames, patchSize: side } = tower;
  const kernel = pass.weight('visual.patch_embed.proj.weight', [hidden, 3, frames, side, side]);
  const matrix = m.reshape(graph, kernel, [hidden, patchNumbers(tower)]);
  return m.gemm(graph, pixels, matrix, { transB: true });
}

const norm = (pass: Pass, { windows }: GridTowerConfig, x: Value, module: string): Value =>
  (windows ? rmsNorm : layerNorm)(pass, x, module, EPS);

function attention(pass: Pass, tower: GridTowerConfig, x: Value, layer: number): Value {
  const { graph } = pass;
  const { hiddenSize: hidden } = tower;
  const block = `visual.blocks.${layer}`;
  const [fused] = pass.project(norm(pass, tower, x, `${block}.norm1`), [
    linear(`${block}.attn.qkv`, hidden, 3 * hidden, { bias: true }),
  ]);
  const [q, k, v] = m.split(graph, fused, [hidden, hidden, hidden], 1);
  const mixed = pass.attend(q, k, v, { layer, scale: 1 / Math.sqrt(headOf(tower)) });
  const out = linear(`${block}.attn.proj`, hidden, hidden, { bias: true });
  return pass.project(mixed, [out], x)[0];
}

function mlp(pass: Pass, tower: GridTowerConfig, x: Value, layer: number): Value {
  const { graph } = pass;
  const { hiddenSize: hidden, intermediateSize: inner, windows } = tower;
  const activation = activations[tower.activation];
  const block = `visual.blocks.${layer}.mlp`;
  const up = (name: string) => linear(`${block}.${name}`, hidden, inner, { bias: true });
  const down = (name: string) => linear(`${block}.${name}`, inner, hidden, { bias: true });
  const normed = norm(pass, tower, x, `visual.blocks.${layer}.norm2`);
  if (!windows) {
    const [wide] = pass.project(normed, [up('fc1')]);
    return pass.project(activation(graph, wide), [down('fc2')], x)[0];
  }
  const [gate, wide] = pass.project(normed, [up('gate_proj'), up('up_proj')]);
  return pass.project(m.mul(graph, activation(graph, gate), wide), [down('down_proj')], x)[0];
}

/** Numbers of the patches that become one feature. */
export const squareWidth = ({ merge, hiddenSize }: GridTowerConfig): number =>
  merge ** 2 * hiddenSize;

/** [features, squareWidth]: squares of patches, which lie one after the other. */
export function squares(pass: Pass, { tower }: GridVision, last: Value): Value {
  const normed = norm(pass, tower, last, 'visual.merger.ln_q');
  return m.reshape(pass.graph, normed, [gridDims.features, squareWidth(tower)]);
}

/** [features, squareWidth] -> [features, hidden of the text] */
export function merged(pass: Projecting, { tower, featureSize }: GridVision, rows: Value): Value {
  const width = squareWidth(tower);
  const [inner] = pass.project(rows, [linear('visual.merger.mlp.0', width, width, { bias: true })]);
  const out = linear('visual.merger.mlp.2', width, featureSize, { bias: true });
  return pass.project(m.gelu(pass.graph, inner), [out])[0];
}
