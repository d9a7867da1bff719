// Files of an evaluation run's tasks, from what users have of COCO.

import { readdirSync, readFileSync } from 'node:fs';
import { required } from '#collections/required.js';
import { spread } from '#collections/spread.js';
import { synonymLines } from '#metrics/hallucination/chair/synonyms.js';
import { readTruth } from './chair-truth.js';
import { readSynonyms } from './chair.js';

export interface PictureFolder {
  readonly images: string;
  readonly instances: readonly string[];
  readonly captions: readonly string[];
  readonly synonyms?: string;
  /** How many pictures, evenly over all. */
  readonly count?: number;
}

/**
 * A row per picture of the folder, with the objects that COCO's files have in it.
 * @throws CommandError as readTruth
 */
export async function chairRows(folder: PictureFolder): Promise<string> {
  const all = picturesIn(folder.images);
  const pictures = folder.count === undefined ? all : spread(all, folder.count);
  const ids = new Set(pictures.map(({ id }) => id));
  const { objects } = await readTruth(ids, folder, readSynonyms(folder.synonyms));
  return jsonLines(
    pictures.map(({ id, name }) => ({ image: name, objects: [...required(objects, id)] })),
  );
}

/** In the order of their numbers, which the names of COCO's files end with. */
const picturesIn = (folder: string): { readonly id: number; readonly name: string }[] =>
  readdirSync(folder)
    .flatMap((name) => {
      const [, digits] = /(\d{1,12})\.(?:jpe?g|png|webp)$/i.exec(name) ?? [];
      return digits === undefined ? [] : [{ id: Number(digits), name }];
    })
    .toSorted((a, b) => a.id - b.id);

/** A table of synonyms, a row per object. @throws CommandError for a file without any */
export function synonymRows(file: string): string {
  readSynonyms(file);
  return jsonLines(synonymLines(readFileSync(file, 'utf8')).map((objects) => ({ objects })));
}

const jsonLines = (rows: readonly object[]): string =>
  rows.map((row) => `${JSON.stringify(row)}\n`).join('');
