// A span per request, from its head to the last byte of its answer; and the ids of its trace for all
// that works for it.

import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { withContext } from '../log/context.js';
import type { OpenSpan } from './tracing/open-span.js';
import { noSpan, SpanKind, startSpan } from './tracing/spans.js';
import { newTraceId, readTraceparent, type TraceIds, TRACEPARENT } from './tracing/traceparent.js';

/** Of requests that a router has seen. */
const traces = new WeakMap<FastifyRequest['raw'], TraceIds>();

/** The trace of a request; undefined where it could not be read. */
export const traceOf = (raw: FastifyRequest['raw']): TraceIds | undefined => traces.get(raw);

/** Clients tell a request by its trace: OpenAI's keep this header beside the answer. */
const REQUEST_ID = 'x-request-id';

/** Of a route that is asked every second, and says nothing that a metric does not. */
export const UNTRACED = { isUntraced: true };

/** Routes, not paths: a path holds a client's words. */
export function traceRequests(app: NestFastifyApplication): void {
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onRequest', (request: FastifyRequest, reply: FastifyReply, done: () => void) => {
      const span = isTraced(request) ? spanOf(request, reply) : noSpan;
      const traceId = span.ids.traceId ?? newTraceId();
      const ids = { ...span.ids, traceId };
      traces.set(request.raw, ids);
      void reply.header(REQUEST_ID, traceId);
      withContext({ ...ids, span }, done);
    });
}

const isTraced = ({ routeOptions }: FastifyRequest): boolean =>
  (routeOptions.config as Partial<typeof UNTRACED> | undefined)?.isUntraced !== true;

function spanOf({ method, routeOptions, headers }: FastifyRequest, reply: FastifyReply): OpenSpan {
  const route = routeOptions.url;
  const asked = readTraceparent(headers[TRACEPARENT]);
  const span = startSpan(route ? `${method} ${route}` : method, {
    kind: SpanKind.SERVER,
    parent: asked?.spanId ? asked : {},
    attributes: { 'http.request.method': method, ...(route ? { 'http.route': route } : {}) },
  });
  reply.raw.once('close', () => {
    span.set({ 'http.response.status_code': reply.statusCode });
    if (reply.statusCode >= 500) span.fail(String(reply.statusCode));
    span.end();
  });
  return span;
}
