// The filters of Pillow's Resample.c, in its order of operations: every rounding counts.

export interface Filter {
  /** Half of its width, in pixels of the result where the picture shrinks. */
  readonly support: number;
  at(x: number): number;
}

const sinc = (x: number): number => (x === 0 ? 1 : Math.sin(x * Math.PI) / (x * Math.PI));

const box: Filter = { support: 0.5, at: (x) => (x > -0.5 && x <= 0.5 ? 1 : 0) };

const bilinear: Filter = { support: 1, at: (x) => Math.max(0, 1 - Math.abs(x)) };

// Pillow writes these two constants as floats.
const HAMMING = [Math.fround(0.54), Math.fround(0.46)] as const;

const hamming: Filter = {
  support: 1,
  at(signed) {
    const x = Math.abs(signed);
    if (x === 0) return 1;
    return x >= 1 ? 0 : sinc(x) * (HAMMING[0] + HAMMING[1] * Math.cos(x * Math.PI));
  },
};

/** The cubic convolution of a = -0.5. */
const bicubic: Filter = {
  support: 2,
  at(signed) {
    const a = -0.5;
    const x = Math.abs(signed);
    if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
    if (x < 2) return (((x - 5) * x + 8) * x - 4) * a;
    return 0;
  },
};

const lanczos: Filter = {
  support: 3,
  at: (x) => (x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0),
};

/** By the names of PIL.Image.Resampling. */
export const filters = { box, bilinear, hamming, bicubic, lanczos };

export type FilterName = keyof typeof filters;
