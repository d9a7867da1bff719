// What a request may touch: one tenant's records and artifacts. Handlers get nothing wider.

import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Quotas } from '#contracts/quotas.js';
import type { Belongings } from '../artifacts/belongings.js';
import type { KeyRow, TenantRow } from '../database/tenant-records.js';

export interface Scope extends Belongings {
  tenant: Pick<TenantRow, 'id' | 'name'>;
  /** That the request came with. */
  key: KeyRow;
  quotas: Quotas;
}

export type ScopedRequest = FastifyRequest & { scope: Scope };

/** One that the guards have let in: the operator's has no scope. */
export type LetInRequest = FastifyRequest & { scope?: Scope };

/** Injects the scope that TenantGuard put on the request. */
export const CurrentScope = createParamDecorator(
  (_: unknown, context: ExecutionContext): Scope =>
    context.switchToHttp().getRequest<ScopedRequest>().scope,
);
