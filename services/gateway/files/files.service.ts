// Files of a tenant: validated when they come, kept by content in its artifacts.
import { Inject, Injectable } from '@nestjs/common';
import { eq, inArray } from 'drizzle-orm';
import type { FastifyRequest } from 'fastify';
import { DatasetError, type NumberedExample, parseDataset } from '#contracts/dataset/dataset.js';
import type { TenantStore } from '#platform/artifacts/artifact-store.js';
import { files, jobs, openStatuses } from '../database/schema.js';
import type { FileRow } from '../database/tenant-records.js';
import { ENV, type Env } from '../env.js';
import { ApiError } from '../http/api.error.js';
import { newId } from '../http/ids.js';
import type { Scope } from '../tenants/scope.js';
import { receiveUpload, type Upload } from './upload.js';

const purposes = ['fine-tune'];

@Injectable()
export class FilesService {
  constructor(@Inject(ENV) private readonly env: Env) {}

  /**
   * @throws ApiError 400 with the line of the first row that does not fit; nothing of a refused
   * file is kept.
   */
  async create(scope: Scope, request: FastifyRequest): Promise<FileRow> {
    const received: Partial<Upload> = {};
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
      const rows = await readRows(scope.artifacts, upload.hash, 'file');
      if (rows.length === 0) throw ApiError.invalid('The file has no row.', 'file', 'empty_file');
      return (await scope.records.files.insert({
        id: newId('file-'),
        ...upload,
        rows: rows.length,
      }))!;
    } catch (error) {
      if (received.hash) await this.forget(scope, received.hash);
      throw error;
    }
  }

  async find(scope: Scope, id: string, param: string | null = null): Promise<FileRow> {
    const file = await scope.records.files.find(id);
    if (!file) throw ApiError.notFound('file', id, param, 'file_not_found');
    return file;
  }

  async remove(scope: Scope, id: string): Promise<void> {
    const { hash } = await this.find(scope, id);
    const user = (await scope.records.jobs.select(inArray(jobs.status, openStatuses))).find(
      ({ data }) => JSON.stringify(data).includes(hash),
    );
    if (user)
      throw new ApiError(
        409,
        'invalid_request_error',
        `The job '${user.id}' still needs this file: cancel it or wait for its end.`,
        { code: 'file_in_use' },
      );
    await scope.records.files.remove(id);
    await this.forget(scope, hash);
  }

  /** Erases bytes that no file of the tenant needs. */
  private async forget(scope: Scope, hash: string): Promise<void> {
    if ((await scope.records.files.select(eq(files.hash, hash))).length > 0) return;
    await scope.artifacts.delete(hash);
  }
}

/** @throws ApiError 400 that names the line, under `param`. */
export async function readRows(
  artifacts: TenantStore,
  hash: string,
  param: string,
): Promise<NumberedExample[]> {
  const content = await artifacts.get(hash);
  try {
    return parseDataset(new TextDecoder('utf-8', { fatal: true }).decode(content));
  } catch (error) {
    if (error instanceof DatasetError)
      throw ApiError.invalid(
        `The file is not a valid data set: ${error.message}.`,
        param,
        'invalid_file_format',
      );
    if (error instanceof TypeError)
      throw ApiError.invalid('The file is not valid UTF-8 text.', param, 'invalid_file_format');
    throw error;
  }
}
