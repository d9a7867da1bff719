// Which of a GGUF file's tensors make each of Hugging Face's, and how.

import { blockBytes, blocksOf } from '#onnx/block-inputs.js';
import { CheckpointError } from '../../errors/checkpoint.error.js';
import type { BlockTensor } from '../../tensors/block-tensor.js';
import { bfloatsAsHalves, type HalfTensor } from '../../tensors/half-tensor.js';
import { matrixSizes } from '../../tensors/matrix.js';
import type { ModelConfig } from '../../types.js';
import type { GgufFamily, Numbers, Source } from './family.js';
import type { GgufFile } from './file.js';
import { BLOCK_TYPES, unpackBlocks } from './stored-blocks.js';

/** A tensor of Hugging Face's: its sizes, and the file's tensors that make it. */
export interface Located {
  readonly dims: readonly number[];
  readonly sources: readonly Source[];
}

/**
 * @throws CheckpointError for a tensor that the family has no place for, or a part of one that is
 * missing.
 */
export function locateTensors(
  file: GgufFile,
  family: GgufFamily,
  layerCount: number,
): Map<string, Located> {
  const found = new Map<string, Located>();
  const used = new Set(family.settings);
  const layers = Array.from({ length: layerCount }, (_, layer) => String(layer));
  for (const [template, sources] of Object.entries(family.names(file))) {
    for (const layer of template.includes('{}') ? layers : ['']) {
      for (const kind of ['.weight', '.bias']) {
        const parts = [sources]
          .flat()
          .map((source) => ({ ...source, name: source.name.replace('{}', layer) + kind }));
        if (!parts.some((part) => file.find(part.name))) continue;
        found.set(template.replace('{}', layer) + kind, {
          dims: joinedDims(file, parts),
          sources: parts,
        });
        for (const part of parts) used.add(part.name);
      }
    }
  }
  const foreign = file.tensorNames().find((name) => !used.has(name));
  if (foreign)
    throw new CheckpointError(
      `${file.path}: tensor ${foreign} is not part of a ${file.architecture} model that is known here`,
    );
  return found;
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

export async function readTensor(
  file: GgufFile,
  located: Located,
  config: ModelConfig,
): Promise<Float32Array> {
  return joined(await partsOf(located, file, config, (name) => file.read(name)));
}

/** A matrix in 16 bits; nothing where it is not stored so, or does not fit (see half-tensor.ts). */
export async function readHalfTensor(
  file: GgufFile,
  located: Located,
  config: ModelConfig,
): Promise<HalfTensor | undefined> {
  const type = storedAs(file, located);
  if (type !== 'F16' && type !== 'BF16') return undefined;
  const bits = joined(await partsOf(located, file, config, (name) => file.readBits(name)));
  return type === 'F16'
    ? { dims: located.dims, data: bits, scale: 1 }
    : bfloatsAsHalves(located.dims, bits);
}

/** A matrix as the file's own blocks; nothing where it is stored in another way. */
export async function readBlockTensor(
  file: GgufFile,
  located: Located,
  config: ModelConfig,
): Promise<BlockTensor | undefined> {
  const type = BLOCK_TYPES.get(storedAs(file, located) ?? '');
  if (!type) return undefined;
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
    data: joined(rows),
    scales: joined(scales),
    ...(type.hasMinimum ? { offsets: joined(offsets) } : {}),
  };
}

/** The storage type that all sources of a matrix share. */
export function storedAs(file: GgufFile, { dims, sources }: Located): string | undefined {
  const types = new Set(sources.map(({ name }) => file.typeName(name)));
  return dims.length > 1 && types.size === 1 ? [...types][0] : undefined;
}

async function partsOf<T extends Numbers>(
  { sources }: Located,
  file: GgufFile,
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

/** Parts one below the other. */
function joined<T extends Numbers>(parts: readonly T[]): T {
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
