// A scene as a picture: pictograms in three rows of three cells, before what the place looks like.

import { zip } from '#collections/zip.js';
import type { RgbImage } from '#images/types.js';
import { Random } from '#runtime/random.js';
import { type Background, backgrounds, type Colour } from './backgrounds.js';
import { pick } from './draws.js';
import { CELLS, type Scene } from './scene.js';
import type { Tone } from './shapes.js';
import { type Layer, stampsOf } from './stamps.js';

const ROWS = 3;
const CELL = 32;
/** Of a picture, in pixels. */
export const SIDE = ROWS * CELL;

const sizes = [24, 26, 28];
/** Most that a pictogram is out of its cell's middle, and that a sample of the picture is off. */
const SHIFT = 2;
const NOISE = 14;
const TINT = 14;

const fixed = {
  dark: [38, 36, 44],
  light: [242, 240, 232],
  green: [64, 150, 70],
  brown: [140, 92, 52],
} as const satisfies Partial<Record<Tone, Colour>>;

/** The same for the same scene. */
export function drawScene({ context, objects, seed }: Scene): RgbImage {
  const random = new Random('picture', seed);
  const samples = drawn(backgrounds[context], random);
  const cells = random.permutation(CELLS).slice(0, objects.length);
  for (const [name, cell] of zip(objects, cells)) {
    const size = pick(random, sizes);
    const shift = () => (CELL - size) / 2 + random.below(2 * SHIFT + 1) - SHIFT;
    const left = (cell % ROWS) * CELL + shift();
    const top = Math.floor(cell / ROWS) * CELL + shift();
    const colours = coloursOf(random);
    for (const layer of stampsOf(size)[name])
      blend(samples, layer, colours[layer.tone], { left, top, size });
  }
  return { width: SIDE, height: SIDE, data: noisy(samples, random) };
}

/** In a light of its own. */
function drawn(background: Background, random: Random): Float32Array {
  const light = Array.from({ length: 3 }, () => TINT * (2 * random.uniform() - 1));
  const samples = new Float32Array(SIDE * SIDE * 3);
  for (let i = 0; i < SIDE * SIDE; i++) {
    const colour = background((i % SIDE) / SIDE, Math.floor(i / SIDE) / SIDE);
    for (let c = 0; c < 3; c++) samples[3 * i + c] = colour[c]! + light[c]!;
  }
  return samples;
}

/** An object's own colour is any bright one. */
function coloursOf(random: Random): Readonly<Record<Tone, Colour>> {
  const main = bright(6 * random.uniform(), 0.55 + 0.4 * random.uniform());
  const [red, green, blue] = main;
  return { ...fixed, main, deep: [0.6 * red, 0.6 * green, 0.6 * blue] };
}

/** @param hue 0 to 6, from red to red. @param saturation 0 to 1. */
function bright(hue: number, saturation: number): Colour {
  const sample = (offset: number): number => {
    const k = (offset + hue) % 6;
    return 240 * (1 - saturation * Math.max(0, Math.min(k, 4 - k, 1)));
  };
  return [sample(5), sample(3), sample(1)];
}

interface Place {
  readonly left: number;
  readonly top: number;
  readonly size: number;
}

function blend(
  samples: Float32Array,
  { coverage }: Layer,
  colour: Colour,
  { left, top, size }: Place,
): void {
  for (let i = 0; i < coverage.length; i++) {
    const share = coverage[i]!;
    if (share === 0) continue;
    const at = 3 * ((top + Math.floor(i / size)) * SIDE + left + (i % size));
    for (let c = 0; c < 3; c++) samples[at + c]! += share * (colour[c]! - samples[at + c]!);
  }
}

function noisy(samples: Float32Array, random: Random): Uint8Array {
  const data = new Uint8ClampedArray(samples.length);
  for (let i = 0; i < samples.length; i++)
    data[i] = samples[i]! + NOISE * (2 * random.uniform() - 1);
  return new Uint8Array(data.buffer);
}
