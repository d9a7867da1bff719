// Samples as a tower takes them: normalised floats, a plane for each channel.

import type { Colours } from '../processors/image-processor.js';
import type { RgbImage } from '../types.js';

/** What each of 256 samples becomes, by channel. */
export type SampleTable = readonly [Float32Array, Float32Array, Float32Array];

/**
 * Rounded to single precision where numpy rounds: after the product, which is in double precision,
 * after the difference, and after the quotient. Equal to transformers' numbers in every bit.
 */
export const sampleTable = ({ rescale, mean, std }: Colours): SampleTable => {
  const table = (channel: 0 | 1 | 2): Float32Array => {
    const [m, s] = [Math.fround(mean[channel]), Math.fround(std[channel])];
    return Float32Array.from({ length: 256 }, (_, sample) =>
      Math.fround(Math.fround(Math.fround(sample * rescale) - m) / s),
    );
  };
  return [table(0), table(1), table(2)];
};

/** [pictures, 3, height, width] of pictures of one size. */
export function planes(images: readonly RgbImage[], colours: Colours): Float32Array {
  const [r, g, b] = sampleTable(colours);
  const size = images.reduce((sum, { data }) => sum + data.length, 0);
  const out = new Float32Array(size);
  let to = 0;
  for (const { data } of images) {
    const plane = data.length / 3;
    for (let i = 0, from = 0; i < plane; i++, from += 3) {
      out[to + i] = r[data[from]!]!;
      out[to + plane + i] = g[data[from + 1]!]!;
      out[to + 2 * plane + i] = b[data[from + 2]!]!;
    }
    to += data.length;
  }
  return out;
}
