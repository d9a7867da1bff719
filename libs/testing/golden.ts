// The golden folders of test/golden: tiny checkpoints and what the reference implementation makes
// of them.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSafetensors } from '#models/tensors/safetensors.js';
import type { AdapterFiles, TensorData } from '#models/types.js';

export const goldenRoot = fileURLToPath(new URL('../../../test/golden', import.meta.url));

/** test/golden/make.py says what each entry is. */
export interface Golden {
  readonly name: string;
  readonly path: string;
  readonly rows: { readonly plain: readonly number[]; readonly long: readonly number[] };
  readonly batch: readonly (readonly number[])[];
  readonly training: {
    readonly rows: readonly { readonly ids: number[]; readonly labelStart: number }[];
    readonly loraLoss: number;
    readonly fullLoss: number;
  };
  readonly generated: { readonly tokens: readonly number[]; readonly leastMargin: number };
  readonly adapter: AdapterFiles;
  readonly tensors: ReadonlyMap<string, TensorData>;
}

/** Names of all folders, such as llama or llama-rope-linear. */
export const goldenNames = (): string[] =>
  readdirSync(goldenRoot)
    .filter(
      (name) =>
        existsSync(join(goldenRoot, name, 'expected.safetensors')) &&
        existsSync(join(goldenRoot, name, 'config.json')),
    )
    .toSorted();

export function readGolden(name: string): Golden {
  const path = join(goldenRoot, name);
  const adapter = (file: keyof AdapterFiles): Uint8Array =>
    readFileSync(join(path, 'adapter', file));
  const source = join(path, 'expected.safetensors');
  return {
    ...(JSON.parse(readFileSync(join(path, 'expected.json'), 'utf8')) as Pick<
      Golden,
      'rows' | 'batch' | 'training' | 'generated'
    >),
    name,
    path,
    adapter: {
      'adapter_config.json': adapter('adapter_config.json'),
      'adapter_model.safetensors': adapter('adapter_model.safetensors'),
    },
    tensors: parseSafetensors(readFileSync(source), source),
  };
}

/** A golden tensor's numbers. @throws RangeError where there is none of that name. */
export function goldenTensor({ name, tensors }: Golden, tensor: string): Float32Array {
  const found = tensors.get(tensor);
  if (!found) throw new RangeError(`test/golden/${name}/expected.safetensors has no ${tensor}`);
  return found.data;
}

/** Largest absolute difference; infinite where sizes differ or a number is none. */
export function largestDifference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  let worst = 0;
  for (let i = 0; i < actual.length; i++) {
    const difference = Math.abs(actual[i]! - expected[i]!);
    if (!(difference <= worst))
      worst = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference;
  }
  return worst;
}
