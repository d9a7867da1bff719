// Files of a tenant: validated when they come, each kept in a space of its own.

import { Inject, Injectable } from '@nestjs/common';
import type { SQL } from 'drizzle-orm';
import type { FastifyRequest } from 'fastify';
import { first } from '#collections/items.js';
import { type Artifact, fileSpace } from '#contracts/spaces.js';
import type { ArtifactSpace, Hash } from '#platform/artifacts/artifact-store.js';
import { type ExampleSet, openExampleSet } from '#platform/artifacts/example-set.js';
import type { Logger } from '#platform/log/logger.js';
import { LOGGER } from '#platform/tokens.js';
import type { FileRow } from '../database/tenant-records.js';
import type { Owner } from '../database/tenant-references.js';
import type { Page, PageQuery } from '../database/tenant-table.js';
import { ENV, type Env } from '../env.js';
import { Eraser } from '../erasure/eraser.js';
import { ApiError } from '../http/api.error.js';
import { newId } from '../http/ids.js';
import { storedBytes } from '../quotas/stored-bytes.js';
import type { Scope } from '../tenants/scope.js';
import { TextReader } from '../texts/text-reader.js';
import { checkRoom } from './check-room.js';
import { fileNotFound } from './file-not-found.js';
import { filenamePlace, type NamedFile } from './file-object.js';
import { lockFiles } from './lock-files.js';
import { PictureCheck } from './pictures/picture-check.js';
import { SetPictures } from './pictures/set-pictures.js';
import { FINE_TUNE, VISION } from './purpose-names.js';
import { type Looks, readPurpose } from './purposes.js';
import { receiveUpload, type Upload } from './upload.js';
import { UploadedSpaces } from './uploaded-spaces.js';

interface Received extends Omit<Upload<never>, 'fields'> {
  readonly purpose: string;
  readonly rows: number;
  readonly examples: Hash | null;
}

@Injectable()
export class FilesService {
  constructor(
    private readonly uploads: UploadedSpaces,
    private readonly eraser: Eraser,
    private readonly check: PictureCheck,
    @Inject(ENV) private readonly env: Env,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /**
   * A data set holds the files that it shows.
   * @throws ApiError 400 with the line of the first row that does not fit.
   */
  async create(scope: Scope, request: FastifyRequest): Promise<NamedFile> {
    const id = newId('file-');
    checkRoom(scope.quotas, await storedBytes(scope.records));
    return this.uploads.fill(scope, fileSpace(id), 'file', async (space) => {
      const problemOf = this.check.of(scope.tenant.id);
      const pictures = new SetPictures(scope, space, problemOf, this.env.MAX_IMAGE_BYTES);
      const { filename, ...values } = await this.receive(space, request, { pictures, problemOf });
      const sealed = (await space.textKey()).seal(filename, filenamePlace(id));
      return async (records, bytes) => {
        await lockFiles(records, pictures.spaces);
        await records.references.hold({ kind: 'file', id }, [space.id, ...pictures.spaces]);
        const row = { id, filename: sealed, storedBytes: bytes, ...values };
        const file = await records.files.insert(row);
        if (!file) throw new Error(`there is a file ${id} already`);
        return { ...file, filename };
      };
    });
  }

  async get(scope: Scope, id: string): Promise<NamedFile> {
    return first(await this.named(scope, [await this.find(scope, id)]));
  }

  async page(
    scope: Scope,
    query: PageQuery,
    condition?: SQL,
  ): Promise<Page<NamedFile> | undefined> {
    const page = await scope.records.files.page(query, condition);
    return page && { ...page, rows: await this.named(scope, page.rows) };
  }

  async find(scope: Scope, id: string, param: string | null = null): Promise<FileRow> {
    const file = await scope.records.files.find(id);
    if (!file) throw fileNotFound(id, param);
    return file;
  }

  /**
   * The example set of a file.
   * @throws ApiError 404
   */
  async examples(
    scope: Scope,
    id: string,
    param: string,
  ): Promise<{ artifact: Artifact; set: ExampleSet }> {
    const { examples: hash, purpose } = await this.find(scope, id, param);
    if (purpose !== FINE_TUNE) throw otherPurpose(param, purpose, FINE_TUNE);
    if (hash === null) throw fileOutdated(param);
    const space = fileSpace(id);
    return {
      artifact: { space, hash },
      set: await openExampleSet(scope.artifacts.space(space), hash),
    };
  }

  /**
   * The picture in a file.
   * @throws ApiError 404
   */
  async picture(
    scope: Scope,
    id: string,
    param: string,
  ): Promise<{ image: { file: Artifact }; bytes: number }> {
    const { hash, bytes, purpose } = await this.find(scope, id, param);
    if (purpose !== VISION) throw otherPurpose(param, purpose, VISION);
    return { image: { file: { space: fileSpace(id), hash } }, bytes };
  }

  async remove(scope: Scope, id: string): Promise<void> {
    await this.find(scope, id);
    const owner = { kind: 'file', id } as const;
    const space = fileSpace(id);
    const erasure = await scope.records.transaction(async (records) => {
      await records.references.lock('file', [space]);
      const user = await records.references.otherOwner(space, owner);
      if (user) throw fileInUse(user);
      if (!(await records.files.update(id, { deletedAt: new Date() }))) throw fileNotFound(id);
      return records.erase('file', id);
    });
    await this.eraser.run(erasure);
  }

  private async named({ artifacts }: Scope, rows: readonly FileRow[]): Promise<NamedFile[]> {
    const spaces = rows.map(({ id }) => fileSpace(id));
    const texts = await TextReader.load(artifacts, spaces, this.log);
    return rows.map((row) => ({
      ...row,
      filename: texts.read(row.filename, fileSpace(row.id), filenamePlace(row.id)),
    }));
  }

  private async receive(
    space: ArtifactSpace,
    request: FastifyRequest,
    looks: Looks,
  ): Promise<Received> {
    const { fields, ...file } = await receiveUpload(request, space, {
      maxBytes: this.env.MAX_UPLOAD_BYTES,
      fields: ['purpose'],
    });
    const known = await readPurpose(space, file, fields.purpose, looks, this.env);
    return { ...file, ...known };
  }
}

/** Of a version that kept files as they came alone. */
const fileOutdated = (param: string): ApiError =>
  ApiError.invalid(
    `'${param}' is a file of an earlier version of Lethe: upload it again.`,
    param,
    'file_outdated',
  );

const otherPurpose = (param: string, purpose: string, expected: string): ApiError =>
  ApiError.invalid(
    `'${param}' is a file of purpose '${purpose}': expected one of purpose '${expected}'.`,
    param,
    'invalid_value',
  );

const fileInUse = ({ kind, id }: Owner): ApiError =>
  new ApiError(
    409,
    'invalid_request_error',
    `The ${kind.replace('_', ' ')} '${id}' still needs this file: ${kind === 'file' ? 'delete that first' : 'cancel it or wait for its end'}.`,
    { code: 'file_in_use' },
  );
