// Versions of a knowledge base in their spaces: read and written entity by entity.

import { Readable } from 'node:stream';
import { MAX_ROW_BYTES } from '#contracts/dataset/limits.js';
import { canonicalLine } from '#knowledge/canonical.js';
import { Census, type Clashes, type Counts } from '#knowledge/census.js';
import type { Entity } from '#knowledge/entity.js';
import { KnowledgeBaseError } from '#knowledge/errors/knowledge-base.error.js';
import type { PlacedEntity } from '#knowledge/readers/entity-draft.js';
import { readJsonLines } from '#knowledge/readers/jsonl.js';
import type { ArtifactSpace, TenantStore } from '#platform/artifacts/artifact-store.js';
import type { KnowledgeBaseRow } from '../database/tenant-records.js';

/** Written at once. */
const CHUNK_CHARACTERS = 2 ** 16;

export interface WrittenVersion {
  readonly hash: string;
  readonly counts: Counts;
  readonly clashes: Clashes;
}

/** The entities of the version that a record names. */
export async function* entitiesOf(
  artifacts: TenantStore,
  { space, hash }: KnowledgeBaseRow,
): AsyncGenerator<Entity> {
  for await (const { entity } of readJsonLines(await artifacts.space(space).getStream(hash)))
    yield entity;
}

/**
 * @throws KnowledgeBaseError where the entities are no base. @throws ArtifactTooLargeError for one of
 * more bytes.
 */
export async function writeVersion(
  space: ArtifactSpace,
  entities: AsyncIterable<PlacedEntity>,
  maxBytes: number,
): Promise<WrittenVersion> {
  const census = new Census();
  const lines = Readable.from(inChunks(counted(entities, census)), { objectMode: false });
  const { hash } = await space.putStream(lines, { maxBytes });
  return { hash, counts: census.counts, clashes: census.clashes };
}

async function* counted(
  entities: AsyncIterable<PlacedEntity>,
  census: Census,
): AsyncGenerator<string> {
  for await (const { place, entity } of entities) {
    census.add(entity, place);
    const line = canonicalLine(entity);
    const bytes = Buffer.byteLength(line);
    if (bytes > MAX_ROW_BYTES)
      throw new KnowledgeBaseError(place, `expected at most ${MAX_ROW_BYTES} bytes, got ${bytes}`);
    yield line;
  }
}

async function* inChunks(lines: AsyncIterable<string>): AsyncGenerator<Buffer> {
  let open = '';
  for await (const line of lines) {
    open += line;
    if (open.length < CHUNK_CHARACTERS) continue;
    yield Buffer.from(open);
    open = '';
  }
  if (open !== '') yield Buffer.from(open);
}
