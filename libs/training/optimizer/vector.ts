// The optimizer's loops over float32 arrays, by a WebAssembly module with SIMD
// (assembly/vector.ts): three to six times as fast as in JavaScript.

import { readFileSync } from 'node:fs';
import { item } from '#collections/items.js';

interface Kernels {
  sumOfSquares(x: number, count: number): number;
  add(sum: number, part: number, count: number): void;
  adamw(
    values: number,
    gradients: number,
    first: number,
    second: number,
    count: number,
    ...factors: number[]
  ): void;
}

const module = new WebAssembly.Module(readFileSync(new URL('./vector.wasm', import.meta.url)));
const PAGE = 2 ** 16;
const MOST_PAGES = 2 ** 16;
/** Numbers of a copied stretch of an array: few enough to stay in a core's cache. */
const STRETCH = 2 ** 14;
const MOST_ARRAYS = 4;
const SCRATCH = 4 * STRETCH * MOST_ARRAYS;

/** A memory that begins with room for stretches of arrays that lie elsewhere. */
interface Home {
  readonly kernels: Kernels;
  readonly stretches: readonly Float32Array[];
}
const homes = new WeakMap<ArrayBufferLike, Home>();

function createHome(bytes: number): { home: Home; buffer: ArrayBuffer } {
  const memory = new WebAssembly.Memory({ initial: Math.ceil((SCRATCH + bytes) / PAGE) });
  const { buffer } = memory;
  const stretches = Array.from(
    { length: MOST_ARRAYS },
    (_, i) => new Float32Array(buffer, 4 * STRETCH * i, STRETCH),
  );
  const home = {
    kernels: new WebAssembly.Instance(module, { env: { memory } }).exports as Kernels,
    stretches,
  };
  homes.set(buffer, home);
  return { home, buffer };
}
const { home: scratch } = createHome(0);

/**
 * Arrays of zeros that the loops below work on in place, if together they are within WebAssembly's
 * 4 GB; others are copied stretch by stretch.
 */
export function createVectors(count: number, length: number): Float32Array[] {
  const bytes = 4 * length;
  if (SCRATCH + count * bytes > MOST_PAGES * PAGE)
    return Array.from({ length: count }, () => new Float32Array(length));
  const { buffer } = createHome(count * bytes);
  return Array.from(
    { length: count },
    (_, i) => new Float32Array(buffer, SCRATCH + i * bytes, length),
  );
}

type Pointers<A extends readonly Float32Array[]> = { readonly [K in keyof A]: number };

/**
 * Calls `run` with the arrays' places in the first one's memory.
 * @param written how many of the arrays it changes: the first ones.
 */
function over<const A extends readonly [Float32Array, ...Float32Array[]]>(
  arrays: A,
  written: number,
  run: (kernels: Kernels, count: number, pointers: Pointers<A>) => void,
): void {
  const { buffer, length } = arrays[0];
  const { kernels, stretches } = homes.get(buffer) ?? scratch;
  const places = arrays.map((array, i) => {
    const isHome = array.buffer === buffer && homes.has(buffer);
    return { array, stretch: isHome ? undefined : item(stretches, i) };
  });
  const stride = places.every(({ stretch }) => !stretch) ? length : STRETCH;
  for (let start = 0; start < length; start += stride) {
    const count = Math.min(stride, length - start);
    for (const { array, stretch } of places) stretch?.set(array.subarray(start, start + count));
    const pointers = places.map(
      ({ array, stretch }) => stretch?.byteOffset ?? array.byteOffset + 4 * start,
    );
    run(kernels, count, pointers as Pointers<A>);
    for (const { array, stretch } of places.slice(0, written))
      if (stretch) array.set(stretch.subarray(0, count), start);
  }
}

export function sumOfSquares(x: Float32Array): number {
  let sum = 0;
  over([x], 0, (kernels, count, [at]) => void (sum += kernels.sumOfSquares(at, count)));
  return sum;
}

/** sum += part */
export function addTo(sum: Float32Array, part: Float32Array): void {
  over([sum, part], 1, (kernels, count, [to, from]) => kernels.add(to, from, count));
}

export interface AdamwFactors {
  readonly keep: number;
  readonly rate: number;
  readonly epsilon: number;
  readonly beta1: number;
  readonly share1: number;
  readonly beta2: number;
  readonly share2: number;
}

/**
 * m = beta1 m + share1 g, v = beta2 v + share2 g^2, x = keep x - rate m / (sqrt(v) + epsilon), in
 * float32.
 */
export function adamw(
  values: Float32Array,
  first: Float32Array,
  second: Float32Array,
  gradients: Float32Array,
  factors: AdamwFactors,
): void {
  const { keep, rate, epsilon, beta1, share1, beta2, share2 } = factors;
  over([values, first, second, gradients], 3, (kernels, count, [x, m, v, g]) =>
    kernels.adamw(x, g, m, v, count, keep, rate, epsilon, beta1, share1, beta2, share2),
  );
}
