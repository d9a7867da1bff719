// Half and bfloat numbers to float32 and back, by the arrays that checkpoints store.

const scratch = new DataView(new ArrayBuffer(4));
const bitsOf = (value: number): number => {
  scratch.setFloat32(0, value);
  return scratch.getUint32(0);
};

function halfToFloat(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >>> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction ? NaN : sign * Infinity;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

let table: Float32Array | undefined;

/** All 65,536 halves as floats: a look-up is several times faster than arithmetic a value. */
export function halfTable(): Float32Array {
  table ??= Float32Array.from({ length: 65536 }, (_, half) => halfToFloat(half));
  return table;
}

/** Rounds to the nearest half, ties to even; beyond the range to infinity, as IEEE 754 has it. */
export function floatToHalf(value: number): number {
  const bits = bitsOf(value);
  const sign = (bits >>> 16) & 0x8000;
  const exponent = ((bits >>> 23) & 0xff) - 112;
  const fraction = bits & 0x7fffff;
  if (exponent === 143) return sign | 0x7c00 | (fraction ? 0x200 : 0);
  if (exponent >= 31) return sign | 0x7c00;
  if (exponent < -10) return sign;
  const subnormal = exponent <= 0;
  const significand = subnormal ? fraction | 0x800000 : fraction;
  const shift = subnormal ? 14 - exponent : 13;
  const kept = (subnormal ? 0 : exponent << 10) + (significand >>> shift);
  const rest = significand & ((1 << shift) - 1);
  const half = 1 << (shift - 1);
  const roundsUp = rest > half || (rest === half && (kept & 1) === 1);
  return sign | (kept + (roundsUp ? 1 : 0)); // a carry moves into the exponent, which is right
}

/** Rounds to the nearest bfloat16, ties to even. */
export function floatToBfloat(value: number): number {
  const bits = bitsOf(value);
  if ((bits & 0x7fffffff) > 0x7f800000) return (bits >>> 16) | 0x40; // stays NaN though the payload is cut
  return ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16) & 0xffff;
}

/** @param scale the numbers are the halves times this. */
export function halvesToFloats(halves: Uint16Array, scale = 1): Float32Array {
  const lookUp = scale === 1 ? halfTable() : halfTable().map((value) => value * scale);
  const out = new Float32Array(halves.length);
  for (let i = 0; i < halves.length; i++) out[i] = lookUp[halves[i]!]!;
  return out;
}

export function bfloatsToFloats(bfloats: Uint16Array): Float32Array {
  const out = new Uint32Array(bfloats.length);
  for (let i = 0; i < bfloats.length; i++) out[i] = bfloats[i]! << 16;
  return new Float32Array(out.buffer);
}
