// Pictures beside a data set (`images: ["cat.png"]`) as data URLs: they go with the request, and nothing
// of them is left anywhere.

import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { imageFields } from '#contracts/dataset/images.js';
import type { Row } from '#contracts/dataset/row.js';
import { imageTypeOf, imageTypes } from '#contracts/image-type.js';
import { wrong } from '../hallucination/rows.js';
import { isPicturePath } from '../set-upload.js';

export class LocalPictures {
  /** Data URLs by path: rows that show the same picture share its text. */
  private readonly read = new Map<string, string>();

  /** @param folder of pictures that rows name. Default: that of the set. */
  constructor(
    private readonly set: string,
    private readonly folder: string = dirname(set),
  ) {}

  /** @throws CommandError naming the line of a picture that cannot be read, or is none */
  shownIn(row: Row): Row {
    const given = imageFields.filter((field) => row.isGiven(field));
    const urls = given.map((field) => {
      const value = row.get(field);
      const urlOf = (one: unknown): unknown => this.urlOf(one, `line ${row.line}, ${field}`);
      return [field, Array.isArray(value) ? value.map(urlOf) : urlOf(value)] as const;
    });
    return row.with(Object.fromEntries(urls));
  }

  private urlOf(given: unknown, place: string): unknown {
    if (!isPicturePath(given)) return given;
    const path = resolve(this.folder, given);
    const known = this.read.get(path) ?? dataUrlOf(path, `${this.set}: ${place}: ${given}`);
    this.read.set(path, known);
    return known;
  }
}

function dataUrlOf(path: string, place: string): string {
  const bytes = bytesOf(path, place);
  const type = imageTypeOf(bytes);
  if (!type) throw wrong(`${place} is no picture: expected ${imageTypes.join(', ')}`);
  return `data:${type};base64,${bytes.toString('base64')}`;
}

function bytesOf(path: string, place: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw wrong(`${place} cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
}
