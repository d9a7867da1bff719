// What a file says about its picture before anything of it is decoded.

/** The formats that are read. */
export type ImageFormat = 'png' | 'jpeg' | 'webp';

/** Grey of 16 bits, four inks, or any other, which the decoder gives as RGB. */
export type Samples = 'deep-grey' | 'cmyk' | 'plain';

export interface ImageHeader {
  readonly format: ImageFormat;
  readonly width: number;
  readonly height: number;
  readonly samples: Samples;
  /** EXIF's: 1 is upright. */
  readonly orientation: number;
}
