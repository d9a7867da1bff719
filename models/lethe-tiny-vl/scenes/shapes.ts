// Shapes that pictograms are made of, on a grid of 100 by 100, as signed distances.

import { zip } from '#collections/zip.js';

/** `main` is the object's own colour, `deep` a darker one of it. */
export type Tone = 'main' | 'deep' | 'dark' | 'light' | 'green' | 'brown';

export interface Shape {
  readonly tone: Tone;
  /** Of a point to the shape's edge; below 0 inside. */
  readonly distance: (x: number, y: number) => number;
}

type Point = readonly [x: number, y: number];
type Segment = readonly [from: Point, to: Point];

/** "x y x y ...". */
function points(text: string): Point[] {
  const numbers = text.split(' ').map(Number);
  const evens = numbers.filter((_, i) => i % 2 === 0);
  return zip(
    evens,
    numbers.filter((_, i) => i % 2 === 1),
  );
}

const segments = (corners: readonly Point[]): Segment[] =>
  zip(corners.slice(0, -1), corners.slice(1));

function toSegment(x: number, y: number, [[fromX, fromY], [toX, toY]]: Segment): number {
  const [alongX, alongY] = [toX - fromX, toY - fromY];
  const part = ((x - fromX) * alongX + (y - fromY) * alongY) / (alongX ** 2 + alongY ** 2);
  const share = Math.min(1, Math.max(0, part));
  return Math.hypot(x - fromX - share * alongX, y - fromY - share * alongY);
}

const toSegments = (x: number, y: number, all: readonly Segment[]): number =>
  Math.min(...all.map((segment) => toSegment(x, y, segment)));

/** A line through corners, round at its ends. */
export function bar(tone: Tone, width: number, corners: string): Shape {
  const all = segments(points(corners));
  return { tone, distance: (x, y) => toSegments(x, y, all) - width / 2 };
}

/** An area within corners. */
export function area(tone: Tone, corners: string): Shape {
  const given = points(corners);
  const all = segments([...given, ...given.slice(0, 1)]);
  return {
    tone,
    distance: (x, y) => toSegments(x, y, all) * (isInside(x, y, all) ? -1 : 1),
  };
}

/** Whether a ray to the left crosses the outline an odd number of times. */
function isInside(x: number, y: number, outline: readonly Segment[]): boolean {
  const crossed = outline.filter(
    ([[fromX, fromY], [toX, toY]]) =>
      fromY > y !== toY > y && fromX + ((y - fromY) / (toY - fromY)) * (toX - fromX) < x,
  );
  return crossed.length % 2 === 1;
}

export const disc = (tone: Tone, x: number, y: number, rx: number, ry = rx): Shape => ({
  tone,
  distance: (px, py) => (Math.hypot((px - x) / rx, (py - y) / ry) - 1) * Math.min(rx, ry),
});

export const ring = (tone: Tone, width: number, x: number, y: number, radius: number): Shape => ({
  tone,
  distance: (px, py) => Math.abs(Math.hypot(px - x, py - y) - radius) - width / 2,
});
