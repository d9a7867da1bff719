// Lets the operator in by the ADMIN_KEY of the environment.

import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ENV, type Env } from '../env.js';
import { ApiError } from '../http/api.error.js';
import { bearerToken, sameSecret } from './api-key.js';

@Injectable()
export class AdminGuard implements CanActivate {
  constructor(@Inject(ENV) private readonly env: Env) {}

  canActivate(context: ExecutionContext): boolean {
    this.admit(context.switchToHttp().getRequest<FastifyRequest>());
    return true;
  }

  /** @throws ApiError 401 */
  admit({ headers }: FastifyRequest): void {
    const key = bearerToken(headers.authorization);
    if (!this.env.ADMIN_KEY)
      throw ApiError.unauthorized(
        'Administration is off: the gateway was started without ADMIN_KEY.',
      );
    if (!key || !sameSecret(key, this.env.ADMIN_KEY))
      throw ApiError.unauthorized('The admin key is needed here.');
  }
}
