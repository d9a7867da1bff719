// A part of a picture, and a picture as a part of a larger one.

import type { Area, RgbImage } from '../types.js';

/** The whole area of a size. */
export const wholeArea = (width: number, height: number): Area => ({
  left: 0,
  top: 0,
  width,
  height,
});

/** @param area lies within the picture. Whole rows are not copied. */
export function crop({ width, data }: RgbImage, area: Area): RgbImage {
  const row = area.width * 3;
  if (area.width === width)
    return { ...sizeOf(area), data: data.subarray(area.top * row, (area.top + area.height) * row) };
  const out = new Uint8Array(area.height * row);
  for (let y = 0; y < area.height; y++) {
    const from = ((area.top + y) * width + area.left) * 3;
    out.set(data.subarray(from, from + row), y * row);
  }
  return { ...sizeOf(area), data: out };
}

const sizeOf = ({ width, height }: Area) => ({ width, height });

/**
 * The picture on a ground of one colour.
 * @param area that of the picture on the ground.
 */
export function placed(
  { data }: RgbImage,
  area: Area,
  ground: Omit<RgbImage, 'data'>,
  colour: readonly [number, number, number] = [0, 0, 0],
): RgbImage {
  const out = new Uint8Array(ground.width * ground.height * 3);
  if (colour.some((sample) => sample > 0)) {
    out.set(colour);
    // What is filled is doubled: pixel by pixel 67 million of them take seconds.
    for (let filled = 3; filled < out.length; filled *= 2) out.copyWithin(filled, 0, filled);
  }
  const row = area.width * 3;
  for (let y = 0; y < area.height; y++)
    out.set(data.subarray(y * row, (y + 1) * row), ((area.top + y) * ground.width + area.left) * 3);
  return { ...ground, data: out };
}
