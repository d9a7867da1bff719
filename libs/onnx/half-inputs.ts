// Inputs in 16 bits that nodes see as float32: widened where they are used, again for each use.

import { first } from '#collections/items.js';
import { required } from '#collections/required.js';
import type { InitializerRecord, NodeRecord } from './encode.js';
import { elementTypes, type Dims, type Value } from './types.js';

const USE = '@';
/** Of the inputs that an input in 16 bits becomes, one for each use. */
const useOf = (name: string, use: number): string => (use === 0 ? name : `${name}${USE}${use}`);
/** The name under which an input was declared. */
export const declaredName = (input: string): string => first(input.split(USE));

const node = (
  op: string,
  from: readonly string[],
  to: string,
  attributes: NodeRecord['attributes'] = {},
): NodeRecord => ({ op, domain: '', inputs: from, outputs: [to], attributes });

/**
 * Each use has an input and a Cast of its own: casts of one input would be merged by onnxruntime,
 * and the float32 form would then be kept from the forward to the backward pass. They come first in
 * the list: of what a node reads, onnxruntime makes the first last, so that a weight is widened
 * when all else is there. Rows are gathered or cut out before they are widened. Powers of two are
 * exact in whichever place they are multiplied.
 * @param scaleOf tells of an input that is stored as halves what they are multiplied by.
 */
export function withHalfInputs(
  nodes: readonly NodeRecord[],
  inputs: readonly Value[],
  scaleOf: (name: string) => number | undefined,
) {
  const dimsOf = new Map<string, Dims>(inputs.map(({ name, dims }) => [name, dims]));
  const halves: Value[] = [];
  const constants: InitializerRecord[] = [];
  const out: NodeRecord[] = [];
  const early: NodeRecord[] = [];
  const uses = new Map<string, number>();
  const use = (name: string): string => {
    const count = uses.get(name) ?? 0;
    uses.set(name, count + 1);
    halves.push({ name: useOf(name, count), dims: required(dimsOf, name), type: 'float16' });
    return useOf(name, count);
  };
  /** Nodes from halves to float32. @param isScaled the power of two is multiplied elsewhere. */
  const widen = (
    list: NodeRecord[],
    half: string,
    scale: number,
    to: string,
    isScaled = false,
  ): void => {
    const isPlain = isScaled || scale === 1;
    list.push(node('Cast', [half], isPlain ? to : `${to}.cast`, { to: elementTypes.float32 }));
    if (isPlain) return;
    constants.push({
      name: `${to}.scale`,
      type: 'float32',
      dims: [],
      data: Float32Array.of(scale),
    });
    list.push(node('Mul', [`${to}.cast`, `${to}.scale`], to));
  };

  for (const record of nodes) {
    if (record.op === 'Gather' || record.op === 'Slice') {
      const [data, result] = [first(record.inputs), first(record.outputs)];
      const scale = scaleOf(data);
      if (scale !== undefined) {
        const reads = record.inputs.with(0, use(data));
        out.push({ ...record, inputs: reads, outputs: [`${result}.half`] });
        widen(out, `${result}.half`, scale, result);
        continue;
      }
    }
    const isProduct = record.op === 'Gemm' || record.op === 'FusedMatMul';
    let factor = 1;
    const from = record.inputs.map((name, i) => {
      const scale = scaleOf(name);
      if (scale === undefined) return name;
      const half = use(name);
      const isScaled = isProduct && i < 2;
      if (isScaled) factor *= scale;
      widen(early, half, scale, `${half}.wide`, isScaled);
      return `${half}.wide`;
    });
    const attributes =
      factor === 1
        ? record.attributes
        : {
            ...record.attributes,
            alpha: ((record.attributes['alpha'] as number | undefined) ?? 1) * factor,
          };
    out.push({ ...record, inputs: from, attributes });
  }
  return {
    nodes: [...early, ...out],
    inputs: [...inputs.filter(({ name }) => scaleOf(name) === undefined), ...halves],
    constants,
  };
}
