// One log line per request, whatever became of it: refused, not found, cut off. It names the route,
// never the path, the query or a body: these are the client's words.

import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from '#platform/log/logger.js';
import { traceOf } from '#platform/telemetry/http-spans.js';
import { LOGGER } from '#platform/tokens.js';
import type { LetInRequest } from './scope.js';

/** Listens beneath the router, which answers what it cannot parse without telling its hooks. */
export function logRequests(app: NestFastifyApplication): void {
  const log = app.get<Logger>(LOGGER);
  const routed = new WeakMap<IncomingMessage, LetInRequest>();
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onRequest', async (request) => void routed.set(request.raw, request));
  app.getHttpServer().prependListener('request', (raw: IncomingMessage, reply: ServerResponse) => {
    const started = performance.now();
    reply.once('close', () => {
      const request = routed.get(raw);
      const ids = { tenantId: request?.scope?.tenant.id, trace_id: traceOf(raw)?.traceId };
      const asked = { method: raw.method, route: request?.routeOptions.url };
      const ms = Math.round(performance.now() - started);
      const answer = { status: reply.statusCode, ended: reply.writableFinished, ms };
      log.info({ ...ids, ...asked, ...answer }, 'request');
    });
  });
}
