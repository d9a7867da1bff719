// A sentence encoder as it is published: config.json and safetensors, and the graph that runs it.

import { join } from 'node:path';
import type { Graph } from '#onnx/graph.js';
import type { Value } from '#onnx/types.js';
import { type Located, locateTensors } from '../checkpoints/hf-weights.js';
import { readJson } from '../checkpoints/json-file.js';
import { CheckpointError } from '../errors/checkpoint.error.js';
import { readSafetensor } from '../tensors/safetensors.js';
import type { TensorData } from '../types.js';
import { type BertConfig, bertGraph, parseBert } from './bert.js';

export interface Encoder {
  readonly config: BertConfig;
  readonly graph: Graph;
  /** By the names of the graph's inputs. */
  readonly weights: ReadonlyMap<string, TensorData>;
}

/** Models with a head name their encoder so. */
const PREFIX = 'bert.';

/**
 * Tensors that the encoder does not need, such as a head's, are left alone.
 * @throws CheckpointError naming the file, the key or the tensor, and what was expected.
 */
export async function openEncoder(folder: string): Promise<Encoder> {
  const path = join(folder, 'config.json');
  const config = parseBert(path, await readJson(path));
  const graph = bertGraph(config);
  const stored = await locateTensors(folder);
  const weights = new Map<string, TensorData>();
  for (const { name, dims } of graph.declared().filter(isWeight)) {
    const entry = found(folder, name, dims, stored.get(name) ?? stored.get(PREFIX + name));
    weights.set(name, { dims, data: await readSafetensor(entry.file, name, entry) });
  }
  return { config, graph, weights };
}

const isWeight = (value: Value): value is Value & { readonly dims: readonly number[] } =>
  value.type === 'float32' && value.dims.every((dim) => typeof dim === 'number');

function found(folder: string, name: string, dims: readonly number[], entry?: Located): Located {
  const expected = `expected [${dims.join(', ')}]`;
  if (!entry) throw new CheckpointError(`${folder}: tensor ${name} is missing, ${expected}`);
  if (entry.dims.join() === dims.join()) return entry;
  throw new CheckpointError(
    `${folder}: tensor ${name} has shape [${entry.dims.join(', ')}], ${expected}`,
  );
}
