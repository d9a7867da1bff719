// Spaces that uploads fill: what has come is recorded with its owner where the quota has room for it.

import { Inject, Injectable } from '@nestjs/common';
import type { ArtifactSpace } from '#platform/artifacts/artifact-store.js';
import { SpaceKeeper } from '#platform/artifacts/space-keeper.js';
import { NewSpaces } from '../artifacts/new-spaces.js';
import type { TenantRecords } from '../database/tenant-records.js';
import { ENV, type Env } from '../env.js';
import { ApiError } from '../http/api.error.js';
import { storedBytes } from '../quotas/stored-bytes.js';
import type { Scope } from '../tenants/scope.js';
import { checkRoom } from './check-room.js';

/**
 * Records the owner, which holds the space from then on.
 * @param bytes that the space takes.
 */
export type RecordOwner<T> = (records: TenantRecords, bytes: number) => Promise<T>;

@Injectable()
export class UploadedSpaces {
  constructor(
    private readonly spaces: NewSpaces,
    private readonly keeper: SpaceKeeper,
    @Inject(ENV) private readonly env: Env,
  ) {}

  /**
   * The space is held by the request, then by its owner: whatever becomes of this process, bytes of
   * what did not come to be are erased.
   * @param id of the space.
   * @param noun what its owner is called.
   * @throws ApiError 404 where the tenant is gone, 408, 413, 429
   */
  fill<T>(
    scope: Scope,
    id: string,
    noun: string,
    receive: (space: ArtifactSpace) => Promise<RecordOwner<T>>,
  ): Promise<T> {
    const { UPLOAD_MS } = this.env;
    return this.spaces.make(scope, id, UPLOAD_MS, async (space, handOver) => {
      const record = await receive(space);
      const bytes = await this.keeper.bytes(scope.tenant.id, id);
      return scope.records.transaction(async (records) => {
        if (!(await records.lock())) throw ApiError.notFound('tenant', scope.tenant.id);
        checkRoom(scope.quotas, await storedBytes(records), bytes);
        if (!(await handOver(records))) throw tooSlow(noun, UPLOAD_MS);
        return record(records, bytes);
      });
    });
  }
}

const tooSlow = (noun: string, ms: number): ApiError =>
  new ApiError(
    408,
    'invalid_request_error',
    `The ${noun} took longer than ${Math.round(ms / 1000)} s to arrive: send it again.`,
    { param: 'file', code: 'upload_timeout' },
  );
