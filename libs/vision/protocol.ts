// What the thread that holds a vision tower is asked.

import type { Adapter } from '#models/adapters/adapter.js';
import type { PictureFeatures } from '#models/types.js';
import type { ImagePiece } from '#models/vision/image-tokens.js';
import type { Making } from '#models/vision/making.js';
import type { Compute } from '#runtime/compute.js';
import type { Call } from '#thread/protocol.js';

/** A picture as it came. */
export interface RawImage {
  readonly bytes: Uint8Array;
  /** The media type that it is said to have. */
  readonly type?: string | undefined;
  /** Whether Idefics3 and SmolVLM see it as one tile. */
  readonly isWhole: boolean;
}

/** A picture as the model's text reads it. */
export interface SeenImage {
  /** What stands for it among the tokens. */
  readonly pieces: readonly ImagePiece[];
  /** [placeholders, hidden], in the placeholders' places. Shared between threads, and not written to. */
  readonly features: PictureFeatures;
}

/** What a model sees by in the place of its own: what an adapter changes of tower and connector. */
export interface SeenBy {
  /** Of one way to see, whatever it has in common with others. */
  readonly id: string;
  readonly adapter: Adapter;
}

export interface VisionProtocol {
  readonly start: {
    readonly modelPath: string;
    readonly making: Making;
    readonly compute: Compute;
    /** How much the thread gives way to others, as nice(2) has it. */
    readonly nice: number;
  };
  readonly calls: {
    /** @param room most features: a picture of more is refused before it is looked at. */
    readonly look: Call<
      { readonly image: RawImage; readonly room: number; readonly by: SeenBy | undefined },
      SeenImage
    >;
    /** Drops what is kept of a way to see, by its id. */
    readonly drop: Call<string, undefined>;
  };
}
