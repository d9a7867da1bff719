// What goes through this room: a decoded picture, a prepared one, and what a picture may measure.

import type { ImageLayout } from '#contracts/image-layout.js';

/** Eight bits a sample, three samples a pixel, rows from the top. */
export interface RgbImage {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** A part of a picture's area, in pixels. */
export interface Area {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** What a vision tower takes. */
export interface PreparedImage {
  /** [tiles, 3, height, width]; of a grid: [patches, 3 * frames * patch * patch]. */
  readonly pixels: { readonly dims: readonly number[]; readonly data: Float32Array };
  readonly layout: ImageLayout;
}

/** Held before anything is decoded: bytes of the file, pixels and sides as its header has them. */
export interface ImageLimits {
  readonly bytes: number;
  readonly pixels: number;
  readonly side: number;
}

/** 20 MB and 40 megapixels: what phones and cameras make. */
export const imageLimits: ImageLimits = { bytes: 20 * 2 ** 20, pixels: 40_000_000, side: 8192 };
