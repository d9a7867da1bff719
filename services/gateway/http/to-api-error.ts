// What each failure inside means to a client.

import { HttpException } from '@nestjs/common';
import { Failure } from '#failure/failure.js';
import { isAway } from '../database/is-away.js';
import { ApiError } from './api.error.js';

/** By the failure's type; of a call to inference that is its status code. */
const ANSWERS: Readonly<Record<string, (publicMessage: string) => ApiError>> = {
  'queue-unavailable': () =>
    ApiError.unavailable(
      'The job queue (Redis) cannot be reached; nothing was changed. Try again soon.',
    ),
  'storage-full': () =>
    new ApiError(507, 'server_error', 'The artifact store is full; nothing was kept.', {
      code: 'storage_full',
    }),
  'storage-unavailable': () =>
    ApiError.unavailable('The artifact store cannot be reached. Try again soon.'),
  'key-service': () =>
    ApiError.unavailable('The service that has the root key cannot be reached. Try again soon.'),
  'artifact-not-found': () => gone('lost', 'artifact_lost'),
  'corrupt-artifact': () => gone('damaged', 'artifact_damaged'),
  'rpc-not-found': (message) =>
    new ApiError(404, 'invalid_request_error', message, {
      param: 'model',
      code: 'model_not_found',
    }),
  'rpc-out-of-range': (message) => ApiError.invalid(message, null, 'context_length_exceeded'),
  'rpc-invalid-argument': (message) => ApiError.invalid(message),
  'rpc-resource-exhausted': (message) =>
    new ApiError(429, 'rate_limit_error', message, {
      code: 'rate_limit_exceeded',
      retryAfter: 2,
    }),
  'rpc-deadline-exceeded': () =>
    new ApiError(504, 'server_error', 'The inference service did not answer in time.', {
      code: 'timeout',
    }),
  'rpc-unavailable': inferenceAway,
  'rpc-cancelled': inferenceAway,
  'rpc-unauthenticated': inferenceAway,
  'rpc-failed-precondition': (message) => ApiError.modelDamaged(message),
  rpc: () =>
    new ApiError(
      500,
      'server_error',
      'The inference service failed to answer; its log has the reason.',
      { code: 'inference_error' },
    ),
};

export function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (Failure.isInstance(error)) return fromFailure(error);
  if (hasNoDescriptors(error))
    return ApiError.unavailable('The gateway has too many files open. Try again soon.');
  if (isAway(error)) return ApiError.unavailable('The database cannot be reached. Try again soon.');
  return fromHttp(error) ?? unexplained();
}

function hasNoDescriptors(error: unknown): boolean {
  const { code } = (error ?? {}) as { code?: unknown };
  return code === 'EMFILE' || code === 'ENFILE';
}

function fromFailure({ type, publicMessage }: Failure): ApiError {
  const answer = ANSWERS[type] ?? (type.startsWith('rpc-') ? ANSWERS.rpc : undefined);
  return answer?.(publicMessage) ?? unexplained();
}

const unexplained = (): ApiError =>
  new ApiError(
    500,
    'server_error',
    'The gateway failed to answer this request; its log has the reason.',
    { code: 'internal_error' },
  );

/** Bytes that the tenant's records name and the store no longer has. */
function gone(state: string, code: string): ApiError {
  return new ApiError(
    410,
    'invalid_request_error',
    `The stored data of this object is ${state}: upload the file again, or run its job again.`,
    { code },
  );
}

function inferenceAway(): ApiError {
  return ApiError.unavailable('The inference service cannot be reached. Try again soon.');
}

/**
 * Errors of Nest's router and Fastify's parsers: their own status, their sentence where it is the
 * client's fault.
 */
function fromHttp(error: unknown): ApiError | undefined {
  const code =
    error instanceof HttpException
      ? error.getStatus()
      : (error as { statusCode?: unknown } | null)?.statusCode;
  if (typeof code !== 'number' || code < 400 || code >= 500) return undefined;
  return new ApiError(code, 'invalid_request_error', (error as Error).message);
}
