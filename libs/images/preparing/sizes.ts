// The sizes that transformers' processors resize to, in their arithmetic: every truncation counts.

import { ImageError } from '../errors/image.error.js';
import type { GridProcessor, Sides, TargetSize } from '../processors/image-processor.js';

/** Idefics3 makes no picture larger. */
const LARGEST_EDGE = 4096;
/** Qwen2-VL's smart_resize refuses what is longer. */
const MOST_ASPECT = 200;

export function fittedSize({ width, height }: Sides, target: TargetSize): Sides {
  if ('width' in target) return target;
  const { shortestEdge } = target;
  return width <= height
    ? { width: shortestEdge, height: Math.trunc((shortestEdge * height) / width) }
    : { width: Math.trunc((shortestEdge * width) / height), height: shortestEdge };
}

/** Idefics3: the longer edge as long as asked, the other even. */
export function longestEdgeSize({ width, height }: Sides, longest: number): Sides {
  const aspect = width / height;
  const isWide = width >= height;
  const other = Math.trunc(isWide ? longest / aspect : longest * aspect);
  const even = Math.max(1, other + (other % 2));
  const size = isWide ? { width: longest, height: even } : { width: even, height: longest };
  return longest > LARGEST_EDGE ? belowLargest(size) : size;
}

function belowLargest({ width, height }: Sides): Sides {
  const aspect = width / height;
  return width >= height
    ? { width: LARGEST_EDGE, height: Math.max(1, Math.trunc(LARGEST_EDGE / aspect)) }
    : { width: Math.max(1, Math.trunc(LARGEST_EDGE * aspect)), height: LARGEST_EDGE };
}

/** Idefics3: both edges up to multiples of a tile's. */
export function tiledSize({ width, height }: Sides, tile: number): Sides {
  const aspect = width / height;
  const up = (edge: number): number => Math.ceil(edge / tile) * tile;
  if (width >= height) {
    const wide = up(width);
    return { width: wide, height: up(Math.trunc(wide / aspect)) };
  }
  const high = up(height);
  return { width: up(Math.trunc(high * aspect)), height: high };
}

/** LLaVA-NeXT: of the sizes on offer, the one that keeps most pixels and wastes fewest. */
export function bestResolution({ width, height }: Sides, resolutions: readonly Sides[]): Sides {
  let best: { readonly size: Sides; readonly kept: number; readonly wasted: number } | undefined;
  for (const size of resolutions) {
    const scale = Math.min(size.width / width, size.height / height);
    const kept = Math.min(Math.trunc(width * scale) * Math.trunc(height * scale), width * height);
    const wasted = size.width * size.height - kept;
    if (kept > (best?.kept ?? 0) || (best && kept === best.kept && wasted < best.wasted))
      best = { size, kept, wasted };
  }
  if (best) return best.size;
  throw new ImageError(
    `a picture is ${width} x ${height} pixels, of which nothing is left at the sizes that the model takes: expected one less long`,
  );
}

/** LLaVA-NeXT: as large as goes into the size, at the same aspect. */
export function insideSize({ width, height }: Sides, target: Sides): Sides {
  const across = target.width / width;
  const down = target.height / height;
  return across < down
    ? { width: target.width, height: Math.min(Math.ceil(height * across), target.height) }
    : { width: Math.min(Math.ceil(width * down), target.width), height: target.height };
}

/** Qwen2-VL's smart_resize. */
export function gridSize(
  { width, height }: Sides,
  { patch, merge, minPixels, maxPixels }: GridProcessor,
): Sides {
  if (Math.max(width, height) / Math.min(width, height) > MOST_ASPECT)
    throw new ImageError(
      `a picture is ${width} x ${height} pixels: expected no side more than ${MOST_ASPECT} times the other`,
    );
  const factor = patch * merge;
  const size = {
    width: rounded(width / factor) * factor,
    height: rounded(height / factor) * factor,
  };
  const pixels = size.width * size.height;
  if (pixels > maxPixels) {
    const beta = Math.sqrt((height * width) / maxPixels);
    const least = (edge: number): number =>
      Math.max(factor, Math.floor(edge / beta / factor) * factor);
    return { width: least(width), height: least(height) };
  }
  if (pixels >= minPixels) return size;
  const beta = Math.sqrt(minPixels / (height * width));
  const most = (edge: number): number => Math.ceil((edge * beta) / factor) * factor;
  return { width: most(width), height: most(height) };
}

/** Python's: halves to the even neighbour. */
function rounded(value: number): number {
  const below = Math.floor(value);
  const isHalf = value - below === 0.5;
  return isHalf ? below + (below % 2) : Math.round(value);
}
