// The space of a record of an earlier release, which may have none yet.

import { Injectable } from '@nestjs/common';
import { ArtifactStore, type ArtifactSpace } from '#platform/artifacts/artifact-store.js';
import { SpaceKeeper } from '#platform/artifacts/space-keeper.js';
import type { TenantRecords } from '../database/tenant-records.js';
import type { Owner } from '../database/tenant-references.js';

@Injectable()
export class OwnedSpaces {
  constructor(
    private readonly keeper: SpaceKeeper,
    private readonly store: ArtifactStore,
  ) {}

  /** Made, and held by its owner, where it is not. */
  async open(
    { tenantId, references }: TenantRecords,
    id: string,
    owner: Owner,
  ): Promise<ArtifactSpace> {
    await references.hold(owner, [id]);
    await this.keeper.create(tenantId, id);
    return this.store.scope(tenantId).space(id);
  }
}
