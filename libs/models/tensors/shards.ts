// How tensors are shared out among safetensors files, as Hugging Face names them, and the index
// that says so.
import { DTYPE_BYTES } from './safetensors-header.js';
import type { FloatDtype } from './safetensors.js';

export interface ShardPlan {
  readonly files: readonly { readonly file: string; readonly names: readonly string[] }[];
  /** JSON of `<stem>.safetensors.index.json`; absent where one file holds all. */
  readonly index?: string;
}

const padded = (n: number): string => String(n).padStart(5, '0');

/** In order of names, each file within `maxBytes`; a larger tensor stands alone. */
export function shardWeights(
  stem: string,
  tensors: readonly { readonly name: string; readonly dims: readonly number[] }[],
  dtype: FloatDtype,
  maxBytes: number,
): ShardPlan {
  const groups: string[][] = [];
  let [room, total] = [0, 0];
  for (const { name, dims } of tensors.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const bytes = dims.reduce((product, size) => product * size, 1) * DTYPE_BYTES[dtype];
    if (groups.length === 0 || bytes > room) {
      groups.push([]);
      room = maxBytes;
    }
    groups.at(-1)!.push(name);
    room -= bytes;
    total += bytes;
  }
  const fileOf = (i: number): string =>
    groups.length === 1
      ? `${stem}.safetensors`
      : `${stem}-${padded(i + 1)}-of-${padded(groups.length)}.safetensors`;
  const files = groups.map((names, i) => ({ file: fileOf(i), names }));
  if (files.length === 1) return { files };
  const map = Object.fromEntries(
    files.flatMap(({ file, names }) => names.map((name) => [name, file])),
  );
  return {
    files,
    index: `${JSON.stringify({ metadata: { total_size: total }, weight_map: map }, null, 2)}\n`,
  };
}
