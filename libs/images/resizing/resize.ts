// Resizing that gives the bytes that Pillow 13 gives.

import { item, last } from '#collections/items.js';
import type { Area, RgbImage } from '../types.js';
import { type Coefficients, coefficients } from './coefficients.js';
import { crop, wholeArea } from './crop.js';
import { type FilterName, filters } from './filters.js';
import { across, down } from './passes.js';

/**
 * `Image.resize((width, height), filter)`, bit for bit.
 * @param area the part of the result that is wanted: the rest is not computed. One row of pixels,
 * made 336 rows high to be cropped, would take gigabytes.
 */
export function resize(
  image: RgbImage,
  width: number,
  height: number,
  filter: FilterName,
  area: Area = wholeArea(width, height),
): RgbImage {
  const of = (before: number, size: number, from: number, length: number) =>
    before === size ? undefined : coefficients(filters[filter], before, size, from, length);
  const columns = of(image.width, width, area.left, area.width);
  const rows = of(image.height, height, area.top, area.height);
  const [left, right] = columns ? span(columns) : [area.left, area.left + area.width];
  const [top, bottom] = rows ? span(rows) : [area.top, area.top + area.height];
  let part = crop(image, { left, top, width: right - left, height: bottom - top });
  // The rounding between the passes makes their order count. Pillow 12 always went across first.
  const isDownFirst = image.height > height && image.height - height > (image.width - width) * 2;
  if (rows && isDownFirst) part = down(part, rows, top);
  if (columns) part = across(part, columns, left);
  return rows && !isDownFirst ? down(part, rows, top) : part;
}

/** From where to where pixels go into any of the result. */
function span({ first, count }: Coefficients): readonly [number, number] {
  return [item(first, 0), last(first) + last(count)];
}
