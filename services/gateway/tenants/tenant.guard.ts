// Lets a request in by its tenant's API key and binds it to that tenant.

import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { ArtifactStore } from '#platform/artifacts/artifact-store.js';
import { Database } from '../database/database.js';
import { TenantRecords } from '../database/tenant-records.js';
import { ENV, type Env } from '../env.js';
import { ApiError } from '../http/api.error.js';
import { quotasOf } from '../quotas/quotas.js';
import { Rates } from '../quotas/rates.js';
import { UsageMeter } from '../usage/usage-meter.js';
import { bearerToken } from './api-key.js';
import { OpenRequests } from './open-requests.js';
import type { LetInRequest } from './scope.js';
import { TenantsRepository } from './tenants.repository.js';

@Injectable()
export class TenantGuard implements CanActivate {
  constructor(
    private readonly tenants: TenantsRepository,
    private readonly database: Database,
    private readonly artifacts: ArtifactStore,
    private readonly openRequests: OpenRequests,
    private readonly rates: Rates,
    private readonly meter: UsageMeter,
    @Inject(ENV) private readonly env: Env,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const http = context.switchToHttp();
    const request = http.getRequest<LetInRequest>();
    if (!request.scope) await this.admit(request, http.getResponse<FastifyReply>());
    return true;
  }

  /** @throws ApiError 401, 429 */
  async admit(request: LetInRequest, reply: FastifyReply): Promise<void> {
    const secret = bearerToken(request.headers.authorization);
    if (!secret)
      throw ApiError.unauthorized(
        "An API key is needed: send it as 'Authorization: Bearer lk-...'.",
      );
    const found = await this.tenants.findByKey(secret);
    if (!found)
      throw ApiError.unauthorized('This API key is not valid: it is unknown, expired or revoked.');
    const { tenant, key } = found;
    this.openRequests.add(key.id, reply.raw);
    request.scope = {
      tenant: { id: tenant.id, name: tenant.name },
      key,
      quotas: quotasOf(this.env, tenant),
      records: new TenantRecords(this.database.sql, tenant.id),
      artifacts: this.artifacts.scope(tenant.id),
    };
    await this.rates.takeRequest(request.scope, reply);
    this.meter.add(tenant.id, 'requests', 1);
  }
}
