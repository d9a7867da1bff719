// Which images are asked about: so many by a seed, or those that a file names.

import { readFile } from 'node:fs/promises';
import { item } from '#collections/items.js';
import { Random } from '#runtime/random.js';
import { imageIdOf } from '../../cli/hallucination/fields.js';
import { rowsOf, wrong } from '../../cli/hallucination/rows.js';

export interface Choice {
  readonly count: number;
  readonly seed: number;
  /** A file of the images' numbers. */
  readonly ids?: string | undefined;
}

/**
 * In ascending order; all where there are no more than asked for.
 * @param among the images that there are.
 * @param where they are, for messages.
 * @throws CommandError for an id that is not among them.
 */
export async function chosenImages(
  among: Iterable<number>,
  where: string,
  { count, seed, ids }: Choice,
): Promise<number[]> {
  const all = new Set(among);
  if (ids === undefined) return drawn([...all].toSorted(ascending), count, seed);
  const named = [...new Set(await readIds(ids))];
  const unknown = named.find((image) => !all.has(image));
  if (unknown !== undefined) throw wrong(`${ids}: image ${unknown} is not in ${where}`);
  return named.toSorted(ascending);
}

const ascending = (a: number, b: number): number => a - b;

const drawn = (images: readonly number[], count: number, seed: number): number[] =>
  new Random(seed)
    .permutation(images.length)
    .slice(0, count)
    .map((place) => item(images, place))
    .toSorted(ascending);

/** Numbers or names of pictures, one a line; or JSON lines with an `image_id`, such as another's answers. */
async function readIds(file: string): Promise<number[]> {
  const text = await readFile(file, 'utf8');
  if (/^\s*[[{]/.test(text)) return rowsOf(file, imageIdOf);
  const lines = text.split('\n').map((line) => line.trim());
  const ids = lines.flatMap((line, i) =>
    line === '' ? [] : [idOf(line, `${file}: line ${i + 1}`)],
  );
  if (ids.length === 0) throw wrong(`${file} names no images`);
  return ids;
}

function idOf(line: string, place: string): number {
  const [, digits] = /^(?:COCO_val2014_)?(\d{1,12})(?:\.jpg)?$/.exec(line) ?? [];
  if (digits === undefined)
    throw wrong(`${place}: expected the number of an image, is "${line.slice(0, 80)}"`);
  return Number(digits);
}
