// Knowledge bases of a tenant. Each version has a space of its own: with a change, what it replaced
// or deleted is erased with the space of the version before.

import { Inject, Injectable } from '@nestjs/common';
import { eq } from 'drizzle-orm';
import type { FastifyRequest } from 'fastify';
import { first } from '#collections/items.js';
import { isStorable } from '#contracts/text.js';
import type { Clashes } from '#knowledge/census.js';
import { changed } from '#knowledge/changes.js';
import type { Entity } from '#knowledge/entity.js';
import { KnowledgeBaseError } from '#knowledge/errors/knowledge-base.error.js';
import { entityOf, type PlacedEntity } from '#knowledge/readers/entity-draft.js';
import { readerFor } from '#knowledge/readers/read-knowledge-base.js';
import type { ArtifactSpace } from '#platform/artifacts/artifact-store.js';
import { ArtifactTooLargeError } from '#platform/errors/artifact-too-large.error.js';
import { InferenceClient } from '#platform/grpc/inference-client.js';
import type { Logger } from '#platform/log/logger.js';
import { LOGGER } from '#platform/tokens.js';
import { Collector } from '../artifacts/collector.js';
import { knowledgeBases } from '../database/schema.js';
import type { KnowledgeBaseRow, TenantRecords } from '../database/tenant-records.js';
import type { Page, PageQuery } from '../database/tenant-table.js';
import { ENV, type Env } from '../env.js';
import { Eraser } from '../erasure/eraser.js';
import { checkRoom } from '../files/check-room.js';
import { receiveUpload, tooLarge } from '../files/upload.js';
import { UploadedSpaces } from '../files/uploaded-spaces.js';
import { ApiError } from '../http/api.error.js';
import { newId } from '../http/ids.js';
import { storedBytes } from '../quotas/stored-bytes.js';
import type { Scope } from '../tenants/scope.js';
import { TextReader } from '../texts/text-reader.js';
import { entitiesOf, writeVersion, type WrittenVersion } from './base-versions.js';
import type { ChangesBody } from './changes-body.js';
import { type NamedBase, namePlace } from './knowledge-base-object.js';
import { namedChanges } from './named-changes.js';

const NAME_CHARACTERS = 200;

export interface ReadBase {
  readonly base: NamedBase;
  readonly clashes: Clashes;
}

const ownerOf = (id: string) => ({ kind: 'knowledge_base', id }) as const;

@Injectable()
export class KnowledgeBasesService {
  constructor(
    private readonly uploads: UploadedSpaces,
    private readonly collector: Collector,
    private readonly eraser: Eraser,
    private readonly inference: InferenceClient,
    @Inject(ENV) private readonly env: Env,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /** @throws ApiError 400 with the line of the first row that does not fit. */
  async create(scope: Scope, request: FastifyRequest): Promise<ReadBase> {
    const id = newId('kb-');
    checkRoom(scope.quotas, await storedBytes(scope.records));
    return this.makeVersion(scope, { id, version: 1 }, async (space) => {
      const { fields, filename, hash } = await receiveUpload(request, space, {
        maxBytes: this.env.MAX_UPLOAD_BYTES,
        fields: ['name'],
      });
      const name = checkName(fields.name);
      const read = readerOf(filename);
      const written = await this.write(space, read(await space.getStream(hash)));
      if (written.counts.entities === 0)
        throw ApiError.invalid("'file' has no entities.", 'file', 'empty_file');
      return { name, written, insert: (records, row) => records.knowledgeBases.insert(row) };
    });
  }

  /**
   * All changes, or none. The version before is erased by the time this returns.
   * @throws ApiError 404, 409 where the base has been changed meanwhile
   */
  async change(scope: Scope, id: string, { changes, version }: ChangesBody): Promise<ReadBase> {
    const before = await this.find(scope, id);
    if (version !== undefined && version !== before.version) throw changedMeanwhile(before);
    const entities = (): AsyncGenerator<Entity> => entitiesOf(scope.artifacts, before);
    const named = await namedChanges(changes, entities());
    const next = { id, version: before.version + 1 };
    const { name } = first(await this.named(scope, [before]));
    const made = await this.makeVersion(scope, next, async (space) => ({
      name,
      written: await this.write(space, placed(changed(entities(), named)), invalidChanges),
      insert: async (records, row) => {
        const at = eq(knowledgeBases.version, before.version);
        const after = await records.knowledgeBases.update(
          id,
          { ...row, updatedAt: new Date() },
          at,
        );
        if (!after) throw changedMeanwhile(before);
        await records.references.release(ownerOf(id), [before.space]);
        return after;
      },
    }));
    await this.collector.collect(scope.tenant.id, [before.space]);
    await this.forget(scope.tenant.id);
    return made;
  }

  async get(scope: Scope, id: string): Promise<NamedBase> {
    return first(await this.named(scope, [await this.find(scope, id)]));
  }

  async page(scope: Scope, query: PageQuery): Promise<Page<NamedBase> | undefined> {
    const page = await scope.records.knowledgeBases.page(query);
    return page && { ...page, rows: await this.named(scope, page.rows) };
  }

  /** @param param the field that names it. @throws ApiError 404 */
  async find(scope: Scope, id: string, param: string | null = null): Promise<KnowledgeBaseRow> {
    const row = await scope.records.knowledgeBases.find(id);
    if (!row) throw ApiError.notFound('knowledge base', id, param, 'knowledge_base_not_found');
    return row;
  }

  async remove(scope: Scope, id: string): Promise<void> {
    await this.find(scope, id);
    const erasure = await scope.records.transaction(async (records) => {
      const row = await records.knowledgeBases.update(id, { deletedAt: new Date() });
      return row && records.erase('knowledge_base', id);
    });
    if (erasure) await this.eraser.run(erasure);
  }

  /** Rows that were read for answers are in the memory of inference, as keys and values. */
  private async forget(tenantId: string): Promise<void> {
    await this.inference.forget(tenantId).catch((err: unknown) => {
      this.log.warn({ err, tenantId }, 'a server of inference has not forgotten what was changed');
    });
  }

  private makeVersion(
    scope: Scope,
    { id, version }: { id: string; version: number },
    make: (space: ArtifactSpace) => Promise<{
      name: string;
      written: WrittenVersion;
      insert: (
        records: TenantRecords,
        row: Omit<typeof knowledgeBases.$inferInsert, 'tenantId'>,
      ) => Promise<KnowledgeBaseRow | undefined>;
    }>,
  ): Promise<ReadBase> {
    return this.uploads.fill(scope, newId('kbv-'), 'knowledge base', async (space) => {
      const { name, written, insert } = await make(space);
      const { hash, counts, clashes } = written;
      const sealed = (await space.textKey()).seal(name, namePlace(id));
      return async (records, bytes) => {
        await records.references.hold(ownerOf(id), [space.id]);
        const row = {
          id,
          name: sealed,
          version,
          space: space.id,
          hash,
          ...counts,
          storedBytes: bytes,
        };
        const base = await insert(records, row);
        if (!base) throw new Error(`there is a knowledge base ${id} already`);
        return { base: { ...base, name }, clashes };
      };
    });
  }

  private async write(
    space: ArtifactSpace,
    entities: AsyncIterable<PlacedEntity>,
    refusal = invalidBase,
  ): Promise<WrittenVersion> {
    const { MAX_UPLOAD_BYTES } = this.env;
    try {
      return await writeVersion(space, entities, MAX_UPLOAD_BYTES);
    } catch (error) {
      if (KnowledgeBaseError.isInstance(error)) throw refusal(error);
      throw error instanceof ArtifactTooLargeError ? tooLarge(MAX_UPLOAD_BYTES) : error;
    }
  }

  private async named(
    { artifacts }: Scope,
    rows: readonly KnowledgeBaseRow[],
  ): Promise<NamedBase[]> {
    const texts = await TextReader.load(
      artifacts,
      rows.map(({ space }) => space),
      this.log,
    );
    return rows.map((row) => ({
      ...row,
      name: texts.read(row.name, row.space, namePlace(row.id)),
    }));
  }
}

/** Checked as a file's are, since what is written must be read again. */
async function* placed(entities: AsyncIterable<Entity>): AsyncGenerator<PlacedEntity> {
  for await (const entity of entities)
    yield entityOf({ ...entity, place: `entity "${entity.id}"` });
}

/** @throws ApiError 400 for a file of another kind. */
function readerOf(filename: string): ReturnType<typeof readerFor> {
  try {
    return readerFor(filename);
  } catch (error) {
    throw KnowledgeBaseError.isInstance(error) ? invalidBase(error) : error;
  }
}

function checkName(name: string | undefined): string {
  const said = name?.trim() ?? '';
  if (said === '') throw ApiError.invalid("The field 'name' is missing.", 'name');
  if (said.length > NAME_CHARACTERS || !isStorable(said))
    throw ApiError.invalid(
      `'name' must be well-formed text of at most ${NAME_CHARACTERS} characters.`,
      'name',
      'invalid_value',
    );
  return said;
}

const invalidBase = ({ message }: KnowledgeBaseError): ApiError =>
  ApiError.invalid(`This is not a knowledge base: ${message}.`, 'file', 'invalid_file_format');

const invalidChanges = ({ message }: KnowledgeBaseError): ApiError =>
  ApiError.invalid(
    `These changes do not give a knowledge base: ${message}.`,
    'changes',
    'invalid_changes',
  );

const changedMeanwhile = ({ id, version }: KnowledgeBaseRow): ApiError =>
  new ApiError(
    409,
    'invalid_request_error',
    `The knowledge base '${id}' is not at the version that was to be changed; it was at ${version} when this began. Read it, and try again.`,
    { param: 'version', code: 'version_conflict' },
  );
