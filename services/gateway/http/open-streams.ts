// How many streams of events each tenant follows at this gateway.

import { Inject, Injectable } from '@nestjs/common';
import type { ServerResponse } from 'node:http';
import { ENV, type Env } from '../env.js';
import { ApiError } from './api.error.js';

/** Seconds after which a client may try again. */
const RETRY_AFTER = 5;

@Injectable()
export class OpenStreams {
  private readonly byTenant = new Map<string, number>();

  constructor(@Inject(ENV) private readonly env: Env) {}

  /** One more, until its answer is closed. @throws ApiError 429 */
  add(tenantId: string, answer: ServerResponse): void {
    const open = this.byTenant.get(tenantId) ?? 0;
    if (open >= this.env.MAX_STREAMS) throw tooMany(open);
    this.byTenant.set(tenantId, open + 1);
    answer.once('close', () => this.remove(tenantId));
  }

  private remove(tenantId: string): void {
    const open = (this.byTenant.get(tenantId) ?? 1) - 1;
    if (open > 0) this.byTenant.set(tenantId, open);
    else this.byTenant.delete(tenantId);
  }
}

const tooMany = (open: number): ApiError =>
  new ApiError(
    429,
    'rate_limit_error',
    `${open} streams of events are open, as many as a tenant may have here: close one, or ask for pages.`,
    { code: 'too_many_streams', retryAfter: RETRY_AFTER },
  );
