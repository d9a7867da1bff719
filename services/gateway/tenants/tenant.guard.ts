// Lets a request in by its tenant's API key and binds it to that tenant.

import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { ArtifactStore } from '#platform/artifacts/artifact-store.js';
import { Database } from '../database/database.js';
import { TenantRecords } from '../database/tenant-records.js';
import { ApiError } from '../http/api.error.js';
import { bearerToken } from './api-key.js';
import type { ScopedRequest } from './scope.js';
import { TenantsRepository } from './tenants.repository.js';

@Injectable()
export class TenantGuard implements CanActivate {
  constructor(
    private readonly tenants: TenantsRepository,
    private readonly database: Database,
    private readonly artifacts: ArtifactStore,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<ScopedRequest>();
    const key = bearerToken(request.headers.authorization);
    if (!key)
      throw ApiError.unauthorized(
        "An API key is needed: send it as 'Authorization: Bearer lk-...'.",
      );
    const tenant = await this.tenants.findByKey(key);
    if (!tenant) throw ApiError.unauthorized('This API key is not known.');
    request.scope = {
      tenant: { id: tenant.id, name: tenant.name },
      records: new TenantRecords(this.database.sql, tenant.id),
      artifacts: this.artifacts.scope(tenant.id),
    };
    return true;
  }
}
