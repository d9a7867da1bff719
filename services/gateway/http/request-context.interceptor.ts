// Gives every log line and outgoing call of a request its tenant and trace, and writes one line
// when it is over: never a body.

import {
  type CallHandler,
  type ExecutionContext,
  Inject,
  Injectable,
  type NestInterceptor,
} from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { randomBytes } from 'node:crypto';
import { Observable } from 'rxjs';
import { withContext } from '#platform/log/context.js';
import type { Logger } from '#platform/log/logger.js';
import { LOGGER } from '#platform/tokens.js';
import type { ScopedRequest } from '../tenants/scope.js';

@Injectable()
export class RequestContextInterceptor implements NestInterceptor {
  constructor(@Inject(LOGGER) private readonly log: Logger) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const http = context.switchToHttp();
    const request = http.getRequest<Partial<ScopedRequest> & ScopedRequest>();
    const reply = http.getResponse<FastifyReply>();
    const ids = {
      tenantId: request.scope?.tenant.id,
      traceId: traceOf(request.headers.traceparent),
    };
    const started = performance.now();
    reply.raw.once('close', () => {
      const milliseconds = Math.round(performance.now() - started);
      const route = request.routeOptions.url;
      this.log[request.scope ? 'info' : 'debug'](
        { ...ids, method: request.method, route, status: reply.statusCode, ms: milliseconds },
        'request',
      );
    });
    return new Observable((subscriber) =>
      withContext(ids, () => next.handle().subscribe(subscriber)),
    );
  }
}

/** The trace id of a W3C traceparent header, or a new one. */
function traceOf(header: string | string[] | undefined): string {
  return (
    /^[0-9a-f]{2}-([0-9a-f]{32})-/.exec(String(header))?.[1] ?? randomBytes(16).toString('hex')
  );
}
