// What each place looks like behind its objects.

import type { Context } from './objects.js';

export type Colour = readonly [red: number, green: number, blue: number];

/** Colours of a picture's points, whose sides are 1. */
export type Background = (x: number, y: number) => Colour;

const every = (value: number, step: number, width: number): boolean => value % step < width;

export const backgrounds: Readonly<Record<Context, Background>> = {
  /** A wall of tiles. */
  kitchen: (x, y) => {
    if (y > 0.8) return [150, 92, 66];
    return every(x, 1 / 6, 0.015) || every(y, 1 / 6, 0.015) ? [186, 160, 128] : [206, 184, 150];
  },
  /** Houses, and a road with a line. */
  street: (x, y) => {
    if (y < 0.55) return every(x, 1 / 3, 0.01) ? [118, 104, 108] : [146, 130, 132];
    return y > 0.79 && y < 0.82 && every(x, 0.2, 0.11) ? [206, 206, 196] : [92, 94, 100];
  },
  /** Sky, sea and sand. */
  beach: (_, y) => {
    if (y < 0.42) return [140, 190, 222];
    return y < 0.62 ? [58, 128, 168] : [222, 200, 140];
  },
  /** A wall in stripes, and a carpet. */
  office: (x, y) => {
    if (y > 0.74) return [86, 100, 122];
    return every(x, 1 / 8, 1 / 16) ? [170, 182, 178] : [158, 170, 168];
  },
};
