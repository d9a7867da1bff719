// How a prepared image is laid out: what decides which tokens stand for it and how many features it has.

/**
 * - `single`: one square picture.
 * - `tiles`: rows x columns tiles, row by row, then the whole picture as one more; 0 x 0 is the
 *   whole alone (Idefics3, SmolVLM).
 * - `anyres`: the whole picture first, then rows x columns tiles, row by row; width and height are
 *   the original's, which say where the tiles are padding (LLaVA-NeXT).
 * - `grid`: t x h x w patches, before neighbours are merged (Qwen2-VL).
 */
export type ImageLayout =
  | { readonly kind: 'single' }
  | { readonly kind: 'tiles'; readonly rows: number; readonly columns: number }
  | {
      readonly kind: 'anyres';
      readonly width: number;
      readonly height: number;
      readonly rows: number;
      readonly columns: number;
    }
  | { readonly kind: 'grid'; readonly t: number; readonly h: number; readonly w: number };
