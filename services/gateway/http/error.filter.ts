// Answers every failure in OpenAI's error shape and logs those that are ours.

import { type ArgumentsHost, Catch, type ExceptionFilter, Inject } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from '#platform/log/logger.js';
import { LOGGER } from '#platform/tokens.js';
import { dropRest } from './bodies.js';
import { toApiError } from './to-api-error.js';

@Catch()
export class ErrorFilter implements ExceptionFilter {
  constructor(@Inject(LOGGER) private readonly log: Logger) {}

  async catch(error: unknown, host: ArgumentsHost): Promise<void> {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    // Nobody is left to be answered.
    if (reply.raw.destroyed) return;
    const refusal = toApiError(error);
    if (refusal.status >= 500)
      this.log.error(
        { err: error, status: refusal.status, route: request.routeOptions?.url },
        'a request failed',
      );
    if (reply.raw.headersSent) {
      reply.raw.destroy();
      return;
    }
    await dropRest(request);
    if (reply.raw.destroyed) return;
    if (!request.raw.complete) void reply.header('connection', 'close');
    if (refusal.details.retryAfter)
      void reply.header('retry-after', String(refusal.details.retryAfter));
    // OpenAI's clients try every 429 again otherwise.
    if (refusal.type === 'insufficient_quota') void reply.header('x-should-retry', 'false');
    void reply.status(refusal.status).send(refusal.body);
  }
}
