// What rows of several layouts say by fields of several names.

import { first } from '#collections/items.js';
import type { Row } from '#contracts/dataset/row.js';

/**
 * The first of the fields that a row has. It may be empty, as an answer may.
 * @throws DatasetError naming all of them where it has none, or it is no text.
 */
export function textOf(row: Row, fields: readonly string[]): string {
  const field = fields.find((one) => row.has(one));
  if (field === undefined)
    return row.refuse(first(fields), `is missing: expected ${either(fields)}`);
  const value = row.get(field);
  return typeof value === 'string' ? value : row.refuse(field, 'must be text');
}

/** As LLaVA, OPERA and DeCo, and POPE name what a model said. */
export const answerOf = (row: Row): string =>
  textOf(row, ['caption', 'answer', 'text', 'response']);

/**
 * The number of COCO's image: `image_id`, or the last digits of the name of a file in `image`, or
 * `question_id` or `id`, where these have it.
 * @throws DatasetError
 */
export function imageIdOf(row: Row): number {
  const field = ['image_id', 'image', 'question_id', 'id'].find((one) => row.has(one));
  if (field === undefined)
    return row.refuse('image_id', 'is missing: expected image_id, image, question_id or id');
  const [, digits] = /(?<![\d.])(\d{1,15})(?:\.[a-z]\w{0,4})?$/i.exec(String(row.get(field))) ?? [];
  return digits === undefined
    ? row.refuse(field, 'must be the number of an image, or end with it')
    : Number(digits);
}

/** A number or a text that names a question. */
export function questionIdOf(row: Row): string {
  const id = row.get('question_id');
  if (typeof id !== 'string' && typeof id !== 'number')
    return row.refuse('question_id', 'must be a number or text');
  return String(id);
}

const either = (fields: readonly string[]): string =>
  `${fields.slice(0, -1).join(', ')} or ${fields.at(-1)}`;
