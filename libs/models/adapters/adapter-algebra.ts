// Sums of adapters: with each other (exactly, as one adapter of a higher rank) and with the weights
// they adapt.

import { AdapterError } from '../errors/adapter.error.js';
import { matrixSizes, transpose } from '../tensors/matrix.js';
import type { TensorData } from '../types.js';
import {
  type Adapter,
  adaptedWeights,
  adapterTensorName,
  embeddingTensorName,
  type LowRank,
  lowRank,
  moduleName,
  savedTensorName,
  savedTensors,
} from './adapter.js';

/**
 * One adapter that does what two do one after the other: s1 B1 A1 + s2 B2 A2 = [s1 B1, s2 B2] [A1;
 * A2]. The scalings are folded into B and alpha = r, the largest sum of ranks; smaller ones are
 * filled up with zeros. What the second keeps whole replaces all that the first did there; what it
 * adds to a whole tensor of the first is added up.
 * @throws AdapterError for adapted embeddings, which have no such sum in PEFT's format.
 */
export function composeAdapters(first: Adapter, second: Adapter): Adapter {
  const [before, after] = [savedTensors(first), savedTensors(second)];
  const saved = new Map([...before, ...after]);
  for (const weight of adaptedWeights(second)) {
    const tensor = before.get(weight);
    if (!tensor || after.has(weight)) continue;
    const sum = { dims: tensor.dims, data: tensor.data.slice() };
    mergeAdapter(second, weight, sum, second.fanInFanOut);
    saved.set(weight, sum);
  }
  const weights = [...new Set([...adaptedWeights(first), ...adaptedWeights(second)])]
    .toSorted()
    .filter((weight) => !saved.has(weight));
  const parts = weights.map((weight) => ({
    weight,
    products: productsOf([first, second], weight),
  }));
  const r = Math.max(
    1,
    ...parts.map(({ products }) =>
      products.reduce((sum, { a }) => sum + matrixSizes(a.dims)[0], 0),
    ),
  );
  const tensors = new Map([...saved].map(([name, tensor]) => [savedTensorName(name), tensor]));
  for (const { weight, products } of parts) {
    tensors.set(adapterTensorName(weight, 'A'), stackA(products, r));
    tensors.set(adapterTensorName(weight, 'B'), stackB(products, r));
  }
  return {
    r,
    alpha: r,
    dropout: 0,
    ...targetsOf(first, second, weights),
    ...wholeOf(first, second),
    tensors,
  };
}

type Products = readonly [LowRank, ...LowRank[]];

function productsOf(adapters: readonly Adapter[], weight: string): Products {
  const isEmbedding = adapters.some(({ tensors }) => tensors.has(embeddingTensorName(weight, 'A')));
  if (isEmbedding)
    throw new AdapterError(
      `${weight}: low-rank changes of embeddings cannot be added up in PEFT's format; merge the adapter into a model first`,
    );
  const [first, ...others] = adapters
    .map((adapter) => lowRank(adapter, weight))
    .filter((product) => product !== undefined);
  if (!first) throw new AdapterError(`${weight}: no adapter has a product for it`);
  return [first, ...others];
}

function stackA(products: Products, r: number): TensorData {
  const [, wide] = matrixSizes(products[0].a.dims);
  const data = new Float32Array(r * wide);
  let at = 0;
  for (const { a } of products) {
    data.set(a.data, at);
    at += a.data.length;
  }
  return { dims: [r, wide], data };
}

function stackB(products: Products, r: number): TensorData {
  const [tall] = matrixSizes(products[0].b.dims);
  const data = new Float32Array(tall * r);
  let column = 0;
  for (const { b, scale } of products) {
    const [, rank] = matrixSizes(b.dims);
    for (let row = 0; row < tall; row++) {
      for (let k = 0; k < rank; k++) data[row * r + column + k] = scale * b.data[row * rank + k]!;
    }
    column += rank;
  }
  return { dims: [tall, r], data };
}

/** Names where both are said by names over the same layers, else every module in full. */
function targetsOf(
  first: Adapter,
  second: Adapter,
  weights: readonly string[],
): Pick<Adapter, 'targetModules' | 'layers'> {
  const layers = [first, second]
    .filter(({ targetModules }) => targetModules.length > 0)
    .map((adapter) => JSON.stringify(adapter.layers));
  const isPlain =
    new Set(layers).size < 2 && savedTensors(first).size + savedTensors(second).size === 0;
  if (!isPlain) return { targetModules: weights.map(moduleName) };
  const kept = first.layers ?? second.layers;
  return {
    targetModules: [...new Set([...first.targetModules, ...second.targetModules])].toSorted(),
    ...(kept ? { layers: kept } : {}),
  };
}

function wholeOf(first: Adapter, second: Adapter): Partial<Adapter> {
  const modules = [
    ...new Set([...(first.modulesToSave ?? []), ...(second.modulesToSave ?? [])]),
  ].toSorted();
  const bias = [first.bias, second.bias].find((kind) => kind && kind !== 'none');
  const baseModel = first.baseModel ?? second.baseModel;
  const keepsTie = [first, second].every(
    (adapter) => adapter.keepsTie || savedTensors(adapter).size === 0,
  );
  return {
    ...(modules.length > 0 ? { modulesToSave: modules } : {}),
    ...(bias ? { bias } : {}),
    ...(keepsTie && (first.keepsTie || second.keepsTie) ? { keepsTie } : {}),
    ...(first.fanInFanOut || second.fanInFanOut ? { fanInFanOut: true } : {}),
    ...(baseModel ? { baseModel } : {}),
  };
}

/**
 * Merges an adapter into a tensor of the model, in place: a whole one replaces it, or the scale's
 * part of it, and a product is added. A tensor that the adapter leaves alone is left alone.
 * @param isTransposed whether the tensor is stored [in, out], as GPT-2's are.
 * @throws AdapterError where the sizes differ.
 */
export function mergeAdapter(
  adapter: Adapter,
  name: string,
  { dims, data }: TensorData,
  isTransposed = false,
): void {
  const { scale = 1 } = adapter;
  const saved = adapter.tensors.get(savedTensorName(name));
  if (saved) {
    if (saved.data.length !== data.length || saved.dims.some((size, i) => size !== dims[i])) {
      throw new AdapterError(
        `${name} is [${dims.join(', ')}], the adapter's is [${saved.dims.join(', ')}]`,
      );
    }
    if (scale === 1) data.set(saved.data);
    else for (let i = 0; i < data.length; i++) data[i]! += scale * (saved.data[i]! - data[i]!);
  }
  const product = lowRank(adapter, name);
  if (product) addProduct(product, name, { dims, data }, isTransposed);
}

function addProduct(
  { a, b, scale }: LowRank,
  name: string,
  { dims, data }: TensorData,
  isTransposed: boolean,
): void {
  const [out, wide] = isTransposed ? [dims[1], dims[0]] : dims;
  if (a.dims[1] !== wide || b.dims[0] !== out) {
    throw new AdapterError(
      `${name} is [${out}, ${wide}], the adapter is for [${b.dims[0]}, ${a.dims[1]}]`,
    );
  }
  // Row by row of the stored matrix: factors of its rows and the matrix [r, columns] whose rows are
  // added to them.
  const [left, right] = isTransposed ? [transpose(a), transpose(b)] : [b, a];
  const [rows] = matrixSizes(left.dims);
  const [rank, columns] = matrixSizes(right.dims);
  for (let row = 0; row < rows; row++) {
    const target = data.subarray(row * columns, (row + 1) * columns);
    for (let k = 0; k < rank; k++) {
      const factor = scale * left.data[row * rank + k]!;
      if (factor === 0) continue;
      const from = right.data.subarray(k * columns, (k + 1) * columns);
      for (let i = 0; i < columns; i++) target[i]! += factor * from[i]!;
    }
  }
}
