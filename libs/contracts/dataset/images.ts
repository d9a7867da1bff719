// Images of a row: in a user's message, or before its question. Where one comes from is kept until the
// row is whole; who reads the file makes an artifact of it.

import { sourceProblem } from '../picture-source.js';
import { MAX_IMAGES } from './limits.js';
import type { Row } from './row.js';

/** An image as a row has it. */
export interface ReadImage {
  /** Of the row, for what is wrong with it: `messages.0.content.1.image_url.url`. */
  readonly field: string;
  /** A data URL, or the id of a file. */
  readonly source: string;
  /** Characters (UTF-16) of the message's text before it. */
  readonly at: number;
  readonly detail?: 'low';
}

/** Fields that hold them: of a row, as in Hugging Face's data sets, or of a message, as in Ollama's. */
export const imageFields = ['images', 'image'] as const;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Of a row of question and answer: they stand before the question. */
export function imagesBefore(row: Row): ReadImage[] {
  const [given, second] = imageFields.filter((field) => row.isGiven(field));
  if (given === undefined) return [];
  if (second !== undefined) return row.refuse(second, `is given twice: expected ${given} alone`);
  const value = row.get(given);
  if (!Array.isArray(value)) return [{ field: given, source: sourceOf(row, given, value), at: 0 }];
  return value.map((one, i) => {
    const field = `${given}.${i}`;
    return { field, source: sourceOf(row, field, one), at: 0 };
  });
}

/** Of a conversation, whose messages show what it shows. @throws DatasetError where there are some */
export function refuseImages(row: Row): void {
  const given = imageFields.find((field) => row.isGiven(field));
  if (given !== undefined)
    row.refuse(
      given,
      'goes with a question: show it in a message, by a part of the type image_url',
    );
}

/** A part of OpenAI's type image_url. @param at where in the message's text it stands. */
export function readImagePart(
  row: Row,
  field: string,
  { image_url: shown }: Readonly<Record<string, unknown>>,
  at: number,
): ReadImage {
  if (!isObject(shown)) return row.refuse(`${field}.image_url`, 'must have the url of an image');
  const { url, detail = 'auto' } = shown;
  if (detail !== null && detail !== 'auto' && detail !== 'low' && detail !== 'high')
    return row.refuse(`${field}.image_url.detail`, 'must be auto, low or high');
  const place = `${field}.image_url.url`;
  const source = sourceOf(row, place, url);
  return { field: place, source, at, ...(detail === 'low' ? { detail } : {}) };
}

function sourceOf(row: Row, field: string, value: unknown): string {
  if (typeof value !== 'string') return row.refuse(field, 'must be text');
  const problem = sourceProblem(value);
  return problem === undefined ? value : row.refuse(field, problem);
}

/** @param images of the whole row. */
export function refuseMany(row: Row, images: readonly ReadImage[]): void {
  const further = images[MAX_IMAGES];
  if (further)
    row.refuse(further.field, `is one of ${images.length} images: expected at most ${MAX_IMAGES}`);
}
