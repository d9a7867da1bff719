// Knowledge bases from files of any of the formats.

import { extname } from 'node:path';
import { Census } from '../census.js';
import { KnowledgeBaseError } from '../errors/knowledge-base.error.js';
import { KnowledgeBase } from '../knowledge-base.js';
import { readCsv } from './csv.js';
import type { Chunks, EntityReader } from './entity-reader.js';
import { readJsonLines } from './jsonl.js';
import { readObo } from './obo.js';

const readers: Readonly<Record<string, EntityReader>> = {
  '.jsonl': readJsonLines,
  '.ndjson': readJsonLines,
  '.json': readJsonLines,
  '.csv': readCsv,
  '.obo': readObo,
};

/** @param filename whose ending names the format. @throws KnowledgeBaseError for another. */
export function readerFor(filename: string): EntityReader {
  const read = readers[extname(filename).toLowerCase()];
  if (read) return read;
  const endings = Object.keys(readers).join(', ');
  throw new KnowledgeBaseError('', `expected a file whose name ends with one of ${endings}`);
}

/**
 * A whole base in memory, with what was counted.
 * @throws KnowledgeBaseError at the first line that does not fit, and for a file without entities.
 */
export async function readKnowledgeBase(
  filename: string,
  chunks: Chunks,
): Promise<{ base: KnowledgeBase; census: Census }> {
  const census = new Census();
  const entities = [];
  for await (const { place, entity } of readerFor(filename)(chunks)) {
    census.add(entity, place);
    entities.push(entity);
  }
  if (entities.length === 0) throw new KnowledgeBaseError('', 'has no entities');
  return { base: new KnowledgeBase(entities), census };
}
