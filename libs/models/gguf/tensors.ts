// Which of a GGUF file's tensors make each of Hugging Face's, and how.
import { CheckpointError } from '../errors/checkpoint.error.js';
import type { ModelConfig } from '../types.js';
import type { GgufFamily, Source } from './family.js';
import type { GgufFile } from './file.js';

/** A tensor of Hugging Face's: its sizes, and the file's tensors that make it. */
export interface Located {
  readonly dims: readonly number[];
  readonly sources: readonly Source[];
}

/** @throws CheckpointError for a tensor that the family has no place for, or a part of one that is missing. */
export function locateTensors(file: GgufFile, family: GgufFamily): Map<string, Located> {
  const found = new Map<string, Located>();
  const used = new Set(family.settings);
  const layers = Array.from({ length: file.number('block_count') }, (_, layer) => String(layer));
  for (const [template, sources] of Object.entries(family.names(file))) {
    for (const layer of template.includes('{}') ? layers : ['']) {
      for (const kind of ['.weight', '.bias']) {
        const parts = [sources].flat().map((source) => ({ ...source, name: source.name.replace('{}', layer) + kind }));
        if (!parts.some((part) => file.find(part.name))) continue;
        found.set(template.replace('{}', layer) + kind, { dims: joinedDims(file, parts), sources: parts });
        for (const part of parts) used.add(part.name);
      }
    }
  }
  const foreign = file.tensorNames().find((name) => !used.has(name));
  if (foreign) throw new CheckpointError(`${file.path}: tensor ${foreign} is not part of a ${file.architecture} model that is known here`);
  return found;
}

function joinedDims(file: GgufFile, sources: readonly Source[]): readonly number[] {
  const parts = sources.map(({ name, undo }) => {
    const { dims } = file.tensor(name);
    return undo?.dims?.(dims) ?? dims;
  });
  return [parts.reduce((rows, dims) => rows + dims[0]!, 0), ...parts[0]!.slice(1)];
}

export async function readTensor(file: GgufFile, { dims, sources }: Located, config: ModelConfig): Promise<Float32Array> {
  const read = async ({ name, undo }: Source): Promise<Float32Array> => {
    const data = await file.read(name);
    return undo ? undo.data(data, file.tensor(name).dims, config) : data;
  };
  if (sources.length === 1) return read(sources[0]!);
  const whole = new Float32Array(dims.reduce((a, b) => a * b, 1));
  let offset = 0;
  for (const source of sources) {
    const part = await read(source);
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
