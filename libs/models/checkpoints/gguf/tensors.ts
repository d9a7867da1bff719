// Which of a GGUF file's tensors make each of Hugging Face's, and how.

import { blockBytes, blocksOf } from '#onnx/block-inputs.js';
import { CheckpointError } from '../../errors/checkpoint.error.js';
import type { BlockTensor } from '../../tensors/block-tensor.js';
import { bfloatsAsHalves, type HalfTensor } from '../../tensors/half-tensor.js';
import { matrixSizes } from '../../tensors/matrix.js';
import type { ModelConfig } from '../../types.js';
import type { Named, Names, Numbers, Source } from './family.js';
import type { GgufFile } from './file.js';
import { BLOCK_TYPES, unpackBlocks } from './stored-blocks.js';

/** A tensor of Hugging Face's: its sizes, and the file's tensors that make it. */
export interface Located {
  readonly file: GgufFile;
  readonly dims: readonly number[];
  readonly sources: readonly Source[];
  /** Rows of the sources take turns; otherwise they lie one below the other. */
  readonly interleaved?: boolean;
}

/**
 * @throws CheckpointError for a tensor that the family has no place for, or a part of one that is
 * missing.
 */
export function locateTensors(
  file: GgufFile,
  family: Named,
  layerCount: number,
): Map<string, Located> {
  const found = new Map<string, Located>();
  const used = new Set(family.settings);
  const layers = Array.from({ length: layerCount }, (_, layer) => String(layer));
  for (const [template, sources] of Object.entries(family.names(file))) {
    for (const layer of template.includes('{}') ? layers : ['']) {
      for (const kind of ['', '.weight', '.bias']) {
        const located = locate(file, sources, (name) => name.replace('{}', layer) + kind);
        if (!located) continue;
        found.set(template.replace('{}', layer) + kind, located);
        for (const part of located.sources) used.add(part.name);
      }
    }
  }
  const foreign = file.tensorNames().find((name) => !used.has(name) && !family.unread?.test(name));
  if (foreign)
    throw new CheckpointError(
      `${file.path}: tensor ${foreign} is not part of a ${file.architecture} model that is known here`,
    );
  return found;
}

/** Nothing where the file has none of the sources. @param nameOf a source's whole name */
function locate(
  file: GgufFile,
  given: Names[string],
  nameOf: (name: string) => string,
): Located | undefined {
  const interleaved = 'frames' in given;
  const sources = (interleaved ? given.frames : [given].flat()).map((source) => ({
    ...source,
    name: nameOf(source.name) + (source.after ?? ''),
  }));
  if (!sources.some(({ name }) => file.find(name))) return undefined;
  const dims = interleaved ? framesDims(file, sources) : joinedDims(file, sources);
  return { file, dims, sources, interleaved };
}

function joinedDims(file: GgufFile, sources: readonly Source[]): readonly number[] {
  const shapes = sources.map(({ name, undo }) => {
    const { dims } = file.tensor(name);
    return undo?.dims?.(dims) ?? dims;
  });
  const rows = shapes.reduce((sum, dims) => sum + matrixSizes(dims)[0], 0);
  const [[, ...inner] = []] = shapes;
  return [rows, ...inner];
}

/** @throws CheckpointError where the frames are not of one size */
function framesDims(file: GgufFile, sources: readonly Source[]): readonly number[] {
  const [first = [], ...others] = sources.map(({ name }) => file.tensor(name).dims);
  if (first.length !== 4 || others.some((dims) => dims.join() !== first.join()))
    throw new CheckpointError(
      `${file.path}: tensors ${sources.map(({ name }) => name).join(' and ')}: expected kernels of one size, found [${[first, ...others].map((dims) => dims.join(', ')).join('] and [')}]`,
    );
  return [...first.slice(0, 2), sources.length, ...first.slice(2)];
}

export async function readTensor(located: Located, config: ModelConfig): Promise<Float32Array> {
  const { file } = located;
  return joined(located, await partsOf(located, config, (name) => file.read(name)));
}

/** A matrix in 16 bits; nothing where it is not stored so, or does not fit (see half-tensor.ts). */
export async function readHalfTensor(
  located: Located,
  config: ModelConfig,
): Promise<HalfTensor | undefined> {
  const { file } = located;
  const type = storedAs(located);
  if (type !== 'F16' && type !== 'BF16') return undefined;
  const bits = joined(located, await partsOf(located, config, (name) => file.readBits(name)));
  return type === 'F16'
    ? { dims: located.dims, data: bits, scale: 1 }
    : bfloatsAsHalves(located.dims, bits);
}

/** A matrix as the file's own blocks; nothing where it is stored in another way. */
export async function readBlockTensor(
  located: Located,
  config: ModelConfig,
): Promise<BlockTensor | undefined> {
  const { file } = located;
  const type = BLOCK_TYPES.get(storedAs(located) ?? '');
  if (!type || located.interleaved) return undefined;
  const { bits } = type;
  const [rows, scales, offsets]: [Uint8Array[], Float32Array[], Float32Array[]] = [[], [], []];
  let transposed = false;
  for (const { name, undo } of located.sources) {
    const [height, width] = matrixSizes(file.tensor(name).dims);
    const stored = unpackBlocks(await file.readBytes(name), type);
    const moved = <T extends Numbers>(data: T, columns: number): T =>
      undo && !undo.turns ? undo.data(data, [height, columns], config) : data;
    transposed ||= undo?.turns ?? false;
    rows.push(moved(stored.data, blocksOf(width) * blockBytes(bits)));
    scales.push(moved(stored.scales, blocksOf(width)));
    if (stored.offsets) offsets.push(moved(stored.offsets, blocksOf(width)));
  }
  return {
    dims: located.dims,
    bits,
    transposed,
    data: below(rows),
    scales: below(scales),
    ...(type.hasMinimum ? { offsets: below(offsets) } : {}),
  };
}

/** The storage type that all sources of a matrix share. */
export function storedAs({ file, dims, sources }: Located): string | undefined {
  const types = new Set(sources.map(({ name }) => file.typeName(name)));
  return dims.length > 1 && types.size === 1 ? [...types][0] : undefined;
}

async function partsOf<T extends Numbers>(
  { file, sources }: Located,
  config: ModelConfig,
  read: (name: string) => Promise<T>,
): Promise<T[]> {
  const parts: T[] = [];
  for (const { name, undo } of sources) {
    const data = await read(name);
    parts.push(undo ? undo.data(data, file.tensor(name).dims, config) : data);
  }
  return parts;
}

const joined = <T extends Numbers>({ dims, interleaved }: Located, parts: readonly T[]): T =>
  interleaved ? inTurns(parts, dims.slice(-2)) : below(parts);

/** Rows of [height, width] of each part, one part's after the other's. */
function inTurns<T extends Numbers>(
  parts: readonly T[],
  [height = 1, width = 1]: readonly number[],
): T {
  const [size, whole] = [height * width, below(parts)];
  for (const [i, part] of parts.entries())
    for (let from = 0; from < part.length; from += size)
      whole.set(part.subarray(from, from + size), from * parts.length + i * size);
  return whole;
}

/** Parts one below the other; of one, its own memory. */
function below<T extends Numbers>(parts: readonly T[]): T {
  const [first] = parts as readonly [T];
  if (parts.length === 1) return first;
  const whole = new (first.constructor as new (length: number) => T)(
    parts.reduce((sum, { length }) => sum + length, 0),
  );
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
