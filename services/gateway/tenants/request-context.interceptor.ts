// Gives every log line, span and outgoing call of a request that was let in its tenant.

import {
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
} from '@nestjs/common';
import { Observable } from 'rxjs';
import { currentContext, withContext } from '#platform/log/context.js';
import type { LetInRequest } from './scope.js';

@Injectable()
export class RequestContextInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<LetInRequest>();
    const tenantId = request.scope?.tenant.id;
    if (tenantId) currentContext().span?.set({ 'lethe.tenant.id': tenantId });
    return new Observable((subscriber) =>
      withContext({ tenantId }, () => next.handle().subscribe(subscriber)),
    );
  }
}
