// Requests and tokens per minute: taken before the work, and told in OpenAI's headers.

import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Quotas } from '#contracts/quotas.js';
import { type Rate, RateLimit } from '#platform/limits/rate-limit.js';
import { RedisConnections } from '#platform/queue/redis-connections.js';
import { ENV, type Env } from '../env.js';
import { tooFast } from './refusals.js';

/** Whose rates they are. */
interface Caller {
  readonly tenant: { readonly id: string };
  readonly quotas: Quotas;
}

/** What a call has taken before its tokens are known. */
export interface Reservation {
  /** What it took in the end is counted instead, in the same minute. */
  settle(tokens: number): Promise<void>;
}

/** Requests go on without Redis: none waits longer than this for it, in ms. */
const patience = 250;
/** Every answer of them tells what is left of the tokens. */
const tokenRoutes: readonly string[] = [
  ...['/v1', '/m/:model/v1'].flatMap((root) =>
    ['chat/completions', 'completions', 'embeddings', 'responses'].map((path) => `${root}/${path}`),
  ),
  '/v1/decoding/sweeps',
];

@Injectable()
export class Rates {
  private readonly requests: RateLimit;
  private readonly tokens: RateLimit;

  constructor(connections: RedisConnections, @Inject(ENV) env: Env) {
    const redis = connections.failFast(patience);
    this.requests = new RateLimit(redis, `${env.QUEUE_PREFIX}:rate:requests`);
    this.tokens = new RateLimit(redis, `${env.QUEUE_PREFIX}:rate:tokens`);
  }

  /** @throws ApiError 429 */
  async takeRequest({ tenant, quotas }: Caller, reply: FastifyReply): Promise<void> {
    const spendsTokens = tokenRoutes.includes(reply.request.routeOptions.url ?? '');
    const [requests, tokens] = await Promise.all([
      this.requests.take(tenant.id, 1, quotas.requests_per_minute),
      spendsTokens ? this.tokens.read(tenant.id, quotas.tokens_per_minute) : undefined,
    ]);
    tell(reply, 'requests', requests.rate);
    if (tokens) tell(reply, 'tokens', tokens);
    if (requests.refused) throw tooFast('requests_per_minute', requests.rate);
  }

  /** @param estimate of the call's tokens. @throws ApiError 429 */
  async takeTokens(
    { tenant, quotas }: Caller,
    estimate: number,
    reply: FastifyReply,
  ): Promise<Reservation> {
    const limit = quotas.tokens_per_minute;
    // A call larger than the whole quota has a minute to itself.
    const amount = Math.min(estimate, Math.max(1, limit));
    const { rate, refused } = await this.tokens.take(tenant.id, amount, limit);
    tell(reply, 'tokens', rate);
    if (refused) throw tooFast('tokens_per_minute', rate);
    const end = Date.now() + rate.resetMs;
    return { settle: (tokens) => this.tokens.adjust(tenant.id, tokens - amount, limit, end) };
  }
}

function tell(reply: FastifyReply, what: 'requests' | 'tokens', rate: Rate): void {
  void reply
    .header(`x-ratelimit-limit-${what}`, String(rate.limit))
    .header(`x-ratelimit-remaining-${what}`, String(rate.remaining))
    .header(`x-ratelimit-reset-${what}`, `${(rate.resetMs / 1000).toFixed(3)}s`);
}
