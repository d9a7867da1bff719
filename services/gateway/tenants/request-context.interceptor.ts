// Gives every log line and outgoing call of a request that was let in its tenant and trace.

import {
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
} from '@nestjs/common';
import { Observable } from 'rxjs';
import { withContext } from '#platform/log/context.js';
import { traceIdOf } from '../http/trace-id.js';
import type { LetInRequest } from './scope.js';

@Injectable()
export class RequestContextInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<LetInRequest>();
    request.traceId = traceIdOf(request.headers.traceparent);
    const ids = { tenantId: request.scope?.tenant.id, traceId: request.traceId };
    return new Observable((subscriber) =>
      withContext(ids, () => next.handle().subscribe(subscriber)),
    );
  }
}
