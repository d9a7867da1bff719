// The canonical format: an entity per line, or one JSON array of them.
//
//     {"id": "d1", "type": "disease", "name": "Measles", "aliases": ["Rubeola"],
//      "attributes": {"symptoms": ["fever", "rash"]}}

import { DatasetError } from '#contracts/dataset/dataset-error.js';
import { FileReader } from '#contracts/dataset/file-reader.js';
import { rowOfBytes } from '#contracts/dataset/parse-row.js';
import type { RawRow } from '#contracts/dataset/row-cutter.js';
import { isAbsent, type Row } from '#contracts/dataset/row.js';
import { KnowledgeBaseError } from '../errors/knowledge-base.error.js';
import { entityOf, type PlacedEntity } from './entity-draft.js';
import type { EntityReader } from './entity-reader.js';

/** Fields beside these are passed over: what a base's maker kept for themselves. */
export const readJsonLines: EntityReader = async function* (chunks) {
  const reader = new FileReader();
  try {
    for await (const chunk of chunks) yield* entitiesOf(reader.push(chunk));
    yield* entitiesOf(reader.end());
  } catch (error) {
    if (!(error instanceof DatasetError)) throw error;
    throw new KnowledgeBaseError(error.place, error.expected);
  }
};

function* entitiesOf(rows: Iterable<RawRow>): Generator<PlacedEntity> {
  for (const raw of rows) yield entityOfRow(rowOfBytes(raw));
}

function entityOfRow(row: Row): PlacedEntity {
  return entityOf({
    place: `line ${row.line}`,
    id: row.optionalText('id'),
    type: row.optionalText('type'),
    name: row.text('name'),
    aliases: row.texts('aliases'),
    attributes: Object.entries(attributesOf(row)).map(([attribute, values]) => [
      attribute,
      valuesOf(row, `attributes.${attribute}`, values),
    ]),
  });
}

function attributesOf(row: Row): object {
  const attributes = row.isGiven('attributes') ? row.get('attributes') : {};
  if (typeof attributes !== 'object' || attributes === null || Array.isArray(attributes))
    return row.refuse('attributes', 'must be an object of lists of texts');
  return attributes;
}

/** A list, or one value alone; numbers and truth values are read as they are written. */
function valuesOf(row: Row, field: string, given: unknown): string[] {
  if (isAbsent(given)) return [];
  const values: unknown[] = Array.isArray(given) ? given : [given];
  return values.map((value, i) =>
    typeof value === 'number' || typeof value === 'boolean'
      ? String(value)
      : row.checkText(`${field}.${i}`, value),
  );
}
