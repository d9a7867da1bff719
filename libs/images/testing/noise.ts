// Pictures of noise that test/golden/images/pictures.py makes too.

import type { RgbImage } from '../types.js';

function noise(count: number, seed: number): Uint8Array {
  const out = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    let x = Math.imul(i + seed * 7919, 0x9e3779b1);
    x = Math.imul(x ^ (x >>> 15), 0x85ebca6b);
    out[i] = x ^ (x >>> 13);
  }
  return out;
}

export const noisyImage = (width: number, height: number, seed: number): RgbImage => ({
  width,
  height,
  data: noise(width * height * 3, seed),
});
