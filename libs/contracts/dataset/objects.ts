// What a row says is in its picture.

import type { Row } from './row.js';

const field = 'objects';

/** Undefined where the row says nothing of it: what is no list of texts is another's field. */
export function objectsOf(row: Row): readonly string[] | undefined {
  const given = row.get(field);
  const isList =
    Array.isArray(given) && given.every((one) => typeof one === 'string' && one !== '');
  return isList ? given : undefined;
}

/** As an answer. @throws DatasetError for what is no list of texts */
export function listed(row: Row): string {
  const objects = objectsOf(row);
  if (!objects) return row.refuse(field, 'must be a list of texts');
  return objects.length > 0 ? objects.join(', ') : 'none';
}
