// Files of a tenant: validated when they come, kept by content in its artifacts.

import { Inject, Injectable } from '@nestjs/common';
import { inArray } from 'drizzle-orm';
import type { FastifyRequest } from 'fastify';
import { DatasetError, parseExamples } from '#contracts/dataset/dataset.js';
import { rowCount, type Stretch } from '#contracts/stretches.js';
import type { Hash } from '#platform/artifacts/artifact-store.js';
import { type ExampleSet, openExampleSet, putExampleSet } from '#platform/artifacts/example-set.js';
import { writeStretches } from '#platform/artifacts/stretches.js';
import { ArtifactNotFoundError } from '#platform/errors/artifact-not-found.error.js';
import type { Logger } from '#platform/log/logger.js';
import { LOGGER } from '#platform/tokens.js';
import { type JobData, jobs, openStatuses } from '../database/schema.js';
import type { FileRow } from '../database/tenant-records.js';
import { ENV, type Env } from '../env.js';
import { ApiError } from '../http/api.error.js';
import { newId } from '../http/ids.js';
import type { Scope } from '../tenants/scope.js';
import { receiveUpload, type Upload } from './upload.js';

const purposes = ['fine-tune'];

@Injectable()
export class FilesService {
  constructor(
    @Inject(ENV) private readonly env: Env,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /**
   * @throws ApiError 400 with the line of the first row that does not fit; nothing of a refused
   * file is kept.
   */
  async create(scope: Scope, request: FastifyRequest): Promise<FileRow> {
    const received: Partial<Upload> = {};
    const stored: Hash[] = [];
    try {
      const upload = await receiveUpload(
        request,
        scope.artifacts,
        this.env.MAX_UPLOAD_BYTES,
        received,
      );
      if (!purposes.includes(upload.purpose)) {
        throw ApiError.invalid(
          `'purpose' must be 'fine-tune', not '${upload.purpose.slice(0, 40)}'.`,
          'purpose',
          'invalid_value',
        );
      }
      const set = await this.index(scope, upload.hash, 'file', stored);
      const id = newId('file-');
      const file = await scope.records.files.insert({ id, ...upload, ...set });
      if (!file) throw new Error(`there is a file ${id} already`);
      return file;
    } catch (error) {
      await this.forget(scope, [...(received.hash ? [received.hash] : []), ...stored]);
      throw error;
    }
  }

  async find(scope: Scope, id: string, param: string | null = null): Promise<FileRow> {
    const file = await scope.records.files.find(id);
    if (!file) throw ApiError.notFound('file', id, param, 'file_not_found');
    return file;
  }

  /**
   * The example set of a file.
   * @throws ApiError 404, or 400 under `param` for a file that is no data set.
   */
  async examples(
    scope: Scope,
    id: string,
    param: string,
  ): Promise<{ hash: Hash; set: ExampleSet }> {
    const file = await this.find(scope, id, param);
    const hash = file.examples ?? (await this.indexEarlier(scope, file, param));
    return { hash, set: await openExampleSet(scope.artifacts, hash) };
  }

  async remove(scope: Scope, id: string): Promise<void> {
    const file = await this.find(scope, id);
    const user = (await scope.records.jobs.select(inArray(jobs.status, openStatuses))).find(
      ({ data }) => [file.hash, file.examples].some((hash) => uses(data, hash)),
    );
    if (user)
      throw new ApiError(
        409,
        'invalid_request_error',
        `The job '${user.id}' still needs this file: cancel it or wait for its end.`,
        { code: 'file_in_use' },
      );
    const hashes = await hashesOf(scope, file);
    await scope.records.files.remove(id);
    await this.forget(scope, hashes);
  }

  /** Parses a file. @param stored is told of all that is written, for who must undo it. */
  private async index(
    scope: Scope,
    hash: Hash,
    param: string,
    stored: Hash[] = [],
  ): Promise<{ rows: number; examples: Hash }> {
    const file = await scope.artifacts.getStream(hash);
    const stretches: Stretch[] = [];
    try {
      for await (const stretch of writeStretches(scope.artifacts, parseExamples(file))) {
        stretches.push(stretch);
        stored.push(stretch.hash);
      }
    } catch (error) {
      throw error instanceof DatasetError ? invalidFile(error, param) : error;
    }
    const rows = rowCount(stretches);
    if (rows === 0)
      throw ApiError.invalid(`'${param}' is a file without a single row.`, param, 'empty_file');
    const examples = await putExampleSet(scope.artifacts, stretches);
    stored.push(examples);
    return { rows, examples };
  }

  /** A file of an earlier version has no example set yet. */
  private async indexEarlier(scope: Scope, file: FileRow, param: string): Promise<Hash> {
    const set = await this.index(scope, file.hash, param);
    await scope.records.files.update(file.id, set);
    this.log.info({ fileId: file.id }, 'a file of an earlier version was indexed');
    return set.examples;
  }

  /** Erases bytes that no file of the tenant needs. */
  private async forget(scope: Scope, hashes: readonly Hash[]): Promise<void> {
    if (hashes.length === 0) return;
    const needed = new Set<Hash>();
    for (const file of await scope.records.files.select())
      for (const hash of await hashesOf(scope, file)) needed.add(hash);
    for (const hash of hashes) if (!needed.has(hash)) await scope.artifacts.delete(hash);
  }
}

const uses = (data: JobData, hash: Hash | null): boolean =>
  hash !== null && JSON.stringify(data).includes(hash);

/** Everything that is stored of a file; a set that is lost has nothing left. */
async function hashesOf({ artifacts }: Scope, { hash, examples }: FileRow): Promise<Hash[]> {
  if (examples === null) return [hash];
  const { stretches } = await openExampleSet(artifacts, examples).catch(noneIfLost);
  return [hash, examples, ...stretches.map((stretch) => stretch.hash)];
}

function noneIfLost(error: unknown): Pick<ExampleSet, 'stretches'> {
  if (error instanceof ArtifactNotFoundError) return { stretches: [] };
  throw error;
}

const invalidFile = ({ message }: DatasetError, param: string): ApiError =>
  ApiError.invalid(`The file is not a valid data set: ${message}.`, param, 'invalid_file_format');
