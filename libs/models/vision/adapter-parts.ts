// An adapter of a model that sees in two parts: what it changes of the text, and what it changes of the
// way to see. They are served in two places.

import { mergeAdapter } from '../adapters/adapter-algebra.js';
import {
  type Adapter,
  adaptedWeights,
  adapterTensorName,
  savedTensorName,
  savedTensors,
} from '../adapters/adapter.js';
import { AdapterError } from '../errors/adapter.error.js';
import type { ModelConfig, TensorData } from '../types.js';
import { isUnreadVision, visionTensors } from './vision-tensors.js';

/** Names of the tensors that it changes. */
const changedBy = (adapter: Adapter): string[] => [
  ...savedTensors(adapter).keys(),
  ...adaptedWeights(adapter),
];

/** Tensors of tower and connector that an adapter changes; those that nothing reads are none of them. */
export function seeingChanged(config: ModelConfig, adapter: Adapter): string[] {
  const tensors = visionTensors(config);
  return changedBy(adapter).filter((name) => tensors.has(name));
}

const partOf = (adapter: Adapter, isPart: (name: string) => boolean): Adapter => {
  const names = new Set(
    changedBy(adapter)
      .filter(isPart)
      .flatMap((name) => [
        savedTensorName(name),
        adapterTensorName(name, 'A'),
        adapterTensorName(name, 'B'),
      ]),
  );
  const tensors = new Map([...adapter.tensors].filter(([name]) => names.has(name)));
  return { ...adapter, tensors };
};

/** What an adapter changes of a model's text; names that the model has nowhere are left in. */
export function textPart(config: ModelConfig, adapter: Adapter): Adapter {
  if (!config.vision) return adapter;
  const tensors = visionTensors(config);
  const isSeeing = (name: string): boolean => tensors.has(name) || isUnreadVision(config, name);
  const left = partOf(adapter, isSeeing).tensors;
  return {
    ...adapter,
    tensors: new Map([...adapter.tensors].filter(([name]) => !left.has(name))),
  };
}

/**
 * What an adapter changes of a model's tower and connector; undefined where it leaves them alone.
 * @throws AdapterError for tensors of other sizes than the model's.
 */
export function seeingPart(config: ModelConfig, adapter: Adapter): Adapter | undefined {
  const names = new Set(seeingChanged(config, adapter));
  if (names.size === 0) return undefined;
  const part = partOf(adapter, (name) => names.has(name));
  const tensors = visionTensors(config);
  for (const name of names) {
    const [out = 0, wide = 0, ...rest] = tensors.get(name) ?? [];
    const [a, b] = [adapterTensorName(name, 'A'), adapterTensorName(name, 'B')].map(
      (half) => part.tensors.get(half)?.dims,
    );
    const saved = part.tensors.get(savedTensorName(name))?.dims;
    const isWhole = !saved || String(saved) === String(tensors.get(name));
    const isProduct = !a || !b || (rest.length === 0 && a[1] === wide && b[0] === out);
    if (!isWhole || !isProduct)
      throw new AdapterError(
        `${name} is [${tensors.get(name)?.join(', ')}], the adapter is for [${saved?.join(', ') ?? `${b?.[0]}, ${a?.[1]}`}]`,
      );
  }
  return part;
}

/** Tensors that a model sees by, an adapter merged in. Those that it leaves alone are the same ones. */
export function mergedSeeing(
  weights: ReadonlyMap<string, TensorData>,
  adapter: Adapter,
): Map<string, TensorData> {
  const names = new Set(changedBy(adapter));
  return new Map(
    [...weights].map(([name, tensor]) => {
      if (!names.has(name)) return [name, tensor];
      const merged = { dims: tensor.dims, data: tensor.data.slice() };
      mergeAdapter(adapter, name, merged);
      return [name, merged];
    }),
  );
}
