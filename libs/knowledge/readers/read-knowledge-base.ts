// A knowledge base from a file in any of the formats.

import { extname } from 'node:path';
import { KnowledgeBaseError } from '../errors/knowledge-base.error.js';
import { KnowledgeBase } from '../knowledge-base.js';
import { MAX_ENTITIES } from '../limits.js';
import { readCsv } from './csv.js';
import type { NumberedEntity } from './entity-draft.js';
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

/**
 * @param filename whose ending names the format.
 * @throws KnowledgeBaseError at the first line that does not fit, and for a file without entities.
 */
export async function readKnowledgeBase(filename: string, chunks: Chunks): Promise<KnowledgeBase> {
  const read = readers[extname(filename).toLowerCase()];
  if (!read)
    throw new KnowledgeBaseError(
      '',
      `expected a file whose name ends with ${Object.keys(readers).join(', ')}`,
    );
  const found: NumberedEntity[] = [];
  for await (const entity of read(chunks)) {
    if (found.length === MAX_ENTITIES)
      throw new KnowledgeBaseError(
        `line ${entity.line}`,
        `a base has at most ${MAX_ENTITIES} entities`,
      );
    found.push(entity);
  }
  if (found.length === 0) throw new KnowledgeBaseError('', 'has no entities');
  return new KnowledgeBase(
    found.map(({ entity }) => entity),
    (index) => `line ${found[index]?.line}`,
  );
}
