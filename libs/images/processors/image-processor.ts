// How a model wants its pictures, as plain data.

import type { FilterName } from '../resizing/filters.js';

export type Triple = readonly [number, number, number];

/** A sample becomes (sample * rescale - mean) / std of its channel. */
export interface Colours {
  readonly rescale: number;
  readonly mean: Triple;
  readonly std: Triple;
}

export interface Sides {
  readonly width: number;
  readonly height: number;
}

/** What a picture is resized to: sides, or a length of its shorter edge. */
export type TargetSize = Sides | { readonly shortestEdge: number };

/** Every one gives pictures of one size, which a vision tower has. */
interface Fitted {
  readonly size: TargetSize;
  /** From the middle, afterwards. */
  readonly crop?: Sides;
}

interface Shared {
  readonly filter: FilterName;
  readonly colours: Colours;
}

/** CLIP, LLaVA, SigLIP. */
export interface SingleProcessor extends Shared, Fitted {
  readonly kind: 'single';
  /** First made square by a ground of this colour. */
  readonly ground?: Triple;
}

/** Idefics3, SmolVLM. */
export interface TilesProcessor extends Shared {
  readonly kind: 'tiles';
  readonly longestEdge: number;
  /** A side of a tile. */
  readonly tile: number;
  /** Otherwise the whole alone, as one tile. */
  readonly splits: boolean;
}

/** LLaVA-NeXT. */
export interface AnyresProcessor extends Shared, Fitted {
  readonly kind: 'anyres';
  readonly tile: number;
  /** Sizes that a picture may be given, in multiples of a tile. */
  readonly resolutions: readonly Sides[];
}

/** Qwen2-VL. */
export interface GridProcessor extends Shared {
  readonly kind: 'grid';
  readonly minPixels: number;
  readonly maxPixels: number;
  readonly patch: number;
  /** Patches that become one feature, by side. */
  readonly merge: number;
  /** How often a picture that stands still is repeated. */
  readonly frames: number;
}

export type ImageProcessor = SingleProcessor | TilesProcessor | AnyresProcessor | GridProcessor;
