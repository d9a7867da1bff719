// How much memory a graph's values take at most, when its nodes run in their order.

import { first } from '#collections/items.js';
import { required } from '#collections/required.js';
import type { NodeRecord } from './encode.js';
import { type Dim, type ElementType, type Value } from './types.js';

const bytesPerElement: Readonly<Record<ElementType, number>> = {
  float32: 4,
  float16: 2,
  uint8: 1,
  int8: 1,
  int32: 4,
  int64: 8,
  bool: 1,
  float64: 8,
};
/** Their result is another view of their first operand; rows of an input always are. */
const views = new Set(['Reshape', 'Identity', 'Cast']);
const isView = (op: string, from?: number, to?: number): boolean =>
  op === 'Slice' || (views.has(op) && from !== undefined && from === to);

export function valueBytes({ dims, type }: Value, sizes: Readonly<Record<string, number>>): number {
  const sizeOf = (dim: Dim): number => (typeof dim === 'number' ? dim : (sizes[dim] ?? 1));
  return dims.reduce<number>((product, dim) => product * sizeOf(dim), bytesPerElement[type]);
}

/**
 * Bytes of values alive at once, inputs and constants not counted. A result takes the place of an
 * operand of its size that nothing reads any more, as elementwise kernels do.
 * @param sizes of the dimensions that vary. @param outputs names of values that stay to the end.
 */
export function peakBytes(
  nodes: readonly NodeRecord[],
  values: readonly Value[],
  outputs: ReadonlySet<string>,
  sizes: Readonly<Record<string, number>>,
): number {
  const bytesOf = new Map(values.map((value) => [value.name, valueBytes(value, sizes)]));
  const owner = new Map<string, string>();
  const ownerOf = (name: string): string => owner.get(name) ?? name;
  for (const { op, inputs, outputs: results } of nodes) {
    const [from, result] = [first(inputs), first(results)];
    if (isView(op, bytesOf.get(from), bytesOf.get(result))) owner.set(result, ownerOf(from));
  }
  const lastUse = new Map<string, number>();
  for (const [at, { inputs, outputs: results }] of nodes.entries())
    for (const name of [...inputs, ...results]) lastUse.set(ownerOf(name), at);
  for (const name of outputs) lastUse.set(ownerOf(name), nodes.length);

  let [alive, peak] = [0, 0];
  for (const [at, { inputs, outputs: results }] of nodes.entries()) {
    const dying = [...new Set(inputs.map(ownerOf))].filter(
      (name) => bytesOf.has(name) && lastUse.get(name) === at,
    );
    const made = results.filter((name) => ownerOf(name) === name);
    const born = made.map((name) => required(bytesOf, name));
    const [only = 0, ...others] = born;
    const takesAPlace = others.length === 0 && dying.some((name) => bytesOf.get(name) === only);
    alive += born.reduce((sum, bytes) => sum + bytes, 0);
    peak = Math.max(peak, takesAPlace ? alive - only : alive);
    for (const name of new Set([...dying, ...made.filter((own) => lastUse.get(own) === at)]))
      alive -= required(bytesOf, name);
  }
  return peak;
}
