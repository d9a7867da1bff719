// The optimizer's loops in SIMD, as AssemblyScript: compiled to dist/libs/training/optimizer/vector.wasm,
// called by ../vector.ts. Pointers are byte offsets in the module's memory, counts are in numbers;
// a count need not be a multiple of the four lanes.

const LANES: usize = 4;
const LANE_BYTES: usize = 16;
const SWAP_HALVES: v128 = i8x16(8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7);

/** Byte length of the part that fills all lanes. */
function whole(count: usize): usize {
  return (count / LANES) * LANE_BYTES;
}

/** In float64, as a million float32 squares would lose digits. */
export function sumOfSquares(x: usize, count: usize): f64 {
  let low = f64x2.splat(0);
  let high = f64x2.splat(0);
  let at: usize = 0;
  for (const end = whole(count); at < end; at += LANE_BYTES) {
    const numbers = v128.load(x + at);
    const first = f64x2.promote_low_f32x4(numbers);
    const second = f64x2.promote_low_f32x4(i8x16.swizzle(numbers, SWAP_HALVES));
    low = f64x2.add(low, f64x2.mul(first, first));
    high = f64x2.add(high, f64x2.mul(second, second));
  }
  const both = f64x2.add(low, high);
  let sum = f64x2.extract_lane(both, 0) + f64x2.extract_lane(both, 1);
  for (const end = count << 2; at < end; at += 4)
    sum += <f64>load<f32>(x + at) * <f64>load<f32>(x + at);
  return sum;
}

/** sum += part */
export function add(sum: usize, part: usize, count: usize): void {
  let at: usize = 0;
  for (const end = whole(count); at < end; at += LANE_BYTES)
    v128.store(sum + at, f32x4.add(v128.load(sum + at), v128.load(part + at)));
  for (const end = count << 2; at < end; at += 4)
    store<f32>(sum + at, load<f32>(sum + at) + load<f32>(part + at));
}

/** m = beta1 m + share1 g, v = beta2 v + share2 g^2, x = keep x - rate m / (sqrt(v) + epsilon). */
export function adamw(
  values: usize,
  gradients: usize,
  first: usize,
  second: usize,
  count: usize,
  keep: f32,
  rate: f32,
  epsilon: f32,
  beta1: f32,
  share1: f32,
  beta2: f32,
  share2: f32,
): void {
  let at: usize = 0;
  for (const end = whole(count); at < end; at += LANE_BYTES) {
    const g = v128.load(gradients + at);
    const m = f32x4.add(
      f32x4.mul(f32x4.splat(beta1), v128.load(first + at)),
      f32x4.mul(f32x4.splat(share1), g),
    );
    const v = f32x4.add(
      f32x4.mul(f32x4.splat(beta2), v128.load(second + at)),
      f32x4.mul(f32x4.mul(f32x4.splat(share2), g), g),
    );
    const move = f32x4.div(
      f32x4.mul(f32x4.splat(rate), m),
      f32x4.add(f32x4.sqrt(v), f32x4.splat(epsilon)),
    );
    v128.store(first + at, m);
    v128.store(second + at, v);
    v128.store(values + at, f32x4.sub(f32x4.mul(v128.load(values + at), f32x4.splat(keep)), move));
  }
  for (const end = count << 2; at < end; at += 4) {
    const g = load<f32>(gradients + at);
    const m = beta1 * load<f32>(first + at) + share1 * g;
    const v = beta2 * load<f32>(second + at) + share2 * g * g;
    store<f32>(first + at, m);
    store<f32>(second + at, v);
    store<f32>(values + at, load<f32>(values + at) * keep - (rate * m) / (sqrt<f32>(v) + epsilon));
  }
}
