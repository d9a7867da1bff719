// Gives every log line and outgoing call of a request that was let in its tenant and trace.

import {
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
} from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { Observable } from 'rxjs';
import { withContext } from '#platform/log/context.js';
import type { LetInRequest } from './scope.js';

@Injectable()
export class RequestContextInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<LetInRequest>();
    request.traceId = traceOf(request.headers.traceparent);
    const ids = { tenantId: request.scope?.tenant.id, traceId: request.traceId };
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
