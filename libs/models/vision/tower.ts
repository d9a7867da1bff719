// The tower of a model that sees: blocks over the patches of pictures, which see each other both ways.

import type { Graph } from '#onnx/graph.js';
import * as m from '#onnx/math.js';
import type { Value } from '#onnx/types.js';
import { activations } from '../layers/activations.js';
import { linear } from '../layers/linear.js';
import { layerNorm } from '../layers/norms.js';
import type { Attention, Pass } from '../layers/pass.js';
import { type ResidualStream, residualStream } from '../layers/residual-stream.js';
import type { TowerConfig } from '../types.js';

/** Sizes that vary with the number of tiles. */
export const towerDims = {
  tiles: 'vision.tiles',
  /** tiles * patches of a tile. */
  patches: 'vision.patches',
  /** The same with class tokens. */
  tokens: 'vision.tokens',
} as const;

/** Patches a side; pixels beyond the last whole patch are not read. */
export const gridOf = ({ imageSize, patchSize }: TowerConfig): number =>
  Math.floor(imageSize / patchSize);

/** Tokens of a tile. */
export const towerTokens = (tower: TowerConfig): number =>
  gridOf(tower) ** 2 + Number(tower.hasClassToken);

/** All tokens of a tile see each other. */
export function tileAttention(graph: Graph, tower: TowerConfig): Attention {
  const { numAttentionHeads: heads, hiddenSize: hidden } = tower;
  const { tiles, tokens } = towerDims;
  const count = towerTokens(tower);
  /** [tokens, hidden] -> [tiles, heads, count, hidden / heads] */
  const split = (x: Value): Value =>
    m.transpose(graph, m.reshape(graph, x, [tiles, count, heads, hidden / heads]), [0, 2, 1, 3]);
  return {
    positions: () =>
      graph.constant(BigInt64Array.from({ length: count }, (_, place) => BigInt(place))),
    attend(q, k, v, { scale }) {
      const scores = m.matmul(graph, split(q), split(k), { transB: true, alpha: scale });
      const mixed = m.matmul(graph, m.softmax(graph, scores), split(v));
      return m.reshape(graph, m.transpose(graph, mixed, [0, 2, 1, 3]), [tokens, hidden]);
    },
  };
}

/**
 * Pixels [tiles, 3, imageSize, imageSize] -> the stream [tokens, hidden] before the first block and
 * after each of `layers`.
 */
export const towerStates = (
  pass: Pass,
  tower: TowerConfig,
  pixels: Value,
  layers: number,
): ResidualStream => statesAbove(pass, tower, embedded(pass, tower, pixels), 0, layers);

/** The stream before a block -> that, and the stream after each block from this one to `layers`. */
export const statesAbove = (
  pass: Pass,
  tower: TowerConfig,
  before: Value,
  block: number,
  layers: number,
): ResidualStream =>
  residualStream(pass, before, { numHiddenLayers: layers - block }, (x, above) =>
    mlp(pass, tower, attention(pass, tower, x, block + above), block + above),
  );

/** What the tower's own models read: none of LLaVA's do. */
export const afterTower = (pass: Pass, { normEps }: TowerConfig, last: Value): Value =>
  layerNorm(pass, last, 'vision_tower.post_layernorm', normEps);

function embedded(pass: Pass, tower: TowerConfig, pixels: Value): Value {
  const { graph } = pass;
  const { hiddenSize: hidden, hasClassToken, normEps } = tower;
  const [grid, count] = [gridOf(tower), towerTokens(tower)];
  const patches = m.reshape(graph, patchStates(pass, tower, pixels), [
    towerDims.tiles,
    grid * grid,
    hidden,
  ]);
  const all = hasClassToken ? m.concat(graph, [classTokens(pass, tower), patches], 1) : patches;
  const table = pass.weight('vision_tower.embeddings.position_embedding.weight', [count, hidden]);
  const placed = m.add(graph, all, m.gather(graph, table, pass.positions()));
  const flat = m.reshape(graph, placed, [towerDims.tokens, hidden]);
  return hasClassToken ? layerNorm(pass, flat, 'vision_tower.pre_layrnorm', normEps) : flat;
}

function classTokens(pass: Pass, { hiddenSize: hidden }: TowerConfig): Value {
  const token = pass.weight('vision_tower.embeddings.class_embedding', [hidden]);
  return m.expand(pass.graph, m.reshape(pass.graph, token, [1, 1, hidden]), [
    towerDims.tiles,
    1,
    hidden,
  ]);
}

/** The convolution whose windows do not overlap, as one product: [patches, hidden]. */
function patchStates(pass: Pass, tower: TowerConfig, pixels: Value): Value {
  const { graph } = pass;
  const { hiddenSize: hidden, patchSize: size, hasClassToken } = tower;
  const grid = gridOf(tower);
  const apart = m.reshape(graph, wholePatches(graph, tower, pixels), [
    towerDims.tiles,
    3,
    grid,
    size,
    grid,
    size,
  ]);
  const rows = m.reshape(graph, m.transpose(graph, apart, [0, 2, 4, 1, 3, 5]), [
    towerDims.patches,
    3 * size * size,
  ]);
  const kernel = pass.weight('vision_tower.embeddings.patch_embedding.weight', [
    hidden,
    3,
    size,
    size,
  ]);
  const bias = hasClassToken
    ? undefined
    : pass.weight('vision_tower.embeddings.patch_embedding.bias', [hidden]);
  const matrix = m.reshape(graph, kernel, [hidden, 3 * size * size]);
  return m.gemm(graph, rows, matrix, { transB: true }, bias);
}

function wholePatches(graph: Graph, tower: TowerConfig, pixels: Value): Value {
  const { imageSize, patchSize } = tower;
  const side = gridOf(tower) * patchSize;
  if (side === imageSize) return pixels;
  const cut = (x: Value, axis: number): Value =>
    m.split(graph, x, [side, imageSize - side], axis)[0];
  return cut(cut(pixels, 2), 3);
}

function attention(pass: Pass, tower: TowerConfig, x: Value, layer: number): Value {
  const { hiddenSize: hidden, numAttentionHeads: heads, normEps } = tower;
  const block = `vision_tower.encoder.layers.${layer}`;
  const square = (name: string) =>
    linear(`${block}.self_attn.${name}`, hidden, hidden, { bias: true });
  const normed = layerNorm(pass, x, `${block}.layer_norm1`, normEps);
  const read = [square('q_proj'), square('k_proj'), square('v_proj')] as const;
  const [q, k, v] = pass.project(normed, read);
  const mixed = pass.attend(q, k, v, { layer, scale: 1 / Math.sqrt(hidden / heads) });
  return pass.project(mixed, [square('out_proj')], x)[0];
}

function mlp(pass: Pass, tower: TowerConfig, x: Value, layer: number): Value {
  const { hiddenSize: hidden, intermediateSize: inner, activation, normEps } = tower;
  const block = `vision_tower.encoder.layers.${layer}`;
  const normed = layerNorm(pass, x, `${block}.layer_norm2`, normEps);
  const [wide] = pass.project(normed, [linear(`${block}.mlp.fc1`, hidden, inner, { bias: true })]);
  return pass.project(
    activations[activation](pass.graph, wide),
    [linear(`${block}.mlp.fc2`, inner, hidden, { bias: true })],
    x,
  )[0];
}
