// What a request may touch: one tenant's records and artifacts. Handlers get nothing wider.

import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Quotas } from '#contracts/quotas.js';
import type { TenantStore } from '#platform/artifacts/artifact-store.js';
import type { KeyRow, TenantRecords } from '../database/tenant-records.js';

export interface Scope {
  tenant: { id: string; name: string };
  /** That the request came with. */
  key: KeyRow;
  quotas: Quotas;
  records: TenantRecords;
  artifacts: TenantStore;
}

export type ScopedRequest = FastifyRequest & { scope: Scope };

/** One that the guards have let in: the operator's has no scope. */
export type LetInRequest = FastifyRequest & { scope?: Scope; traceId?: string };

/** Injects the scope that TenantGuard put on the request. */
export const CurrentScope = createParamDecorator(
  (_: unknown, context: ExecutionContext): Scope =>
    context.switchToHttp().getRequest<ScopedRequest>().scope,
);
