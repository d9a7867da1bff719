// How tensors are shared out among safetensors files, as Hugging Face names them, and the index
// that says so.

import { FLOAT_BYTES, type FloatDtype } from './safetensors-header.js';
import { byName, type TensorShape } from './safetensors.js';

export interface ShardPlan<T extends TensorShape> {
  readonly files: readonly { readonly file: string; readonly tensors: readonly T[] }[];
  /** JSON of `<stem>.safetensors.index.json`; absent where one file holds all. */
  readonly index?: string;
}

const padded = (n: number): string => String(n).padStart(5, '0');

/** In order of names, each file within `maxBytes`; a larger tensor stands alone. */
export function shardWeights<T extends TensorShape>(
  stem: string,
  tensors: readonly T[],
  dtype: FloatDtype,
  maxBytes: number,
): ShardPlan<T> {
  const groups: T[][] = [];
  let group: T[] = [];
  let [room, total] = [0, 0];
  for (const tensor of tensors.toSorted(byName)) {
    const bytes = tensor.dims.reduce((product, size) => product * size, 1) * FLOAT_BYTES[dtype];
    if (groups.length === 0 || bytes > room) {
      group = [];
      groups.push(group);
      room = maxBytes;
    }
    group.push(tensor);
    room -= bytes;
    total += bytes;
  }
  const fileOf = (i: number): string =>
    groups.length === 1
      ? `${stem}.safetensors`
      : `${stem}-${padded(i + 1)}-of-${padded(groups.length)}.safetensors`;
  const files = groups.map((shard, i) => ({ file: fileOf(i), tensors: shard }));
  if (files.length === 1) return { files };
  const map = Object.fromEntries(
    files.flatMap(({ file, tensors: shard }) => shard.map(({ name }) => [name, file])),
  );
  return {
    files,
    index: `${JSON.stringify({ metadata: { total_size: total }, weight_map: map }, null, 2)}\n`,
  };
}
