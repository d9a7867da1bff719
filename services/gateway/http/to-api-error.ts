// What each failure inside means to a client.
import { status } from '@grpc/grpc-js';
import { HttpException } from '@nestjs/common';
import { QueueUnavailableError } from '#platform/errors/queue-unavailable.error.js';
import { StorageFullError } from '#platform/errors/storage-full.error.js';
import { RpcError } from '#platform/grpc/rpc-error.js';
import { ApiError } from './api.error.js';

export function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof QueueUnavailableError)
    return ApiError.unavailable(
      'The job queue (Redis) cannot be reached; nothing was changed. Try again soon.',
    );
  if (error instanceof StorageFullError)
    return new ApiError(507, 'server_error', 'The artifact store is full; nothing was kept.', {
      code: 'storage_full',
    });
  if (error instanceof RpcError) return fromRpc(error);
  if (isDatabaseDown(error))
    return ApiError.unavailable('The database cannot be reached. Try again soon.');
  return (
    fromHttp(error) ??
    new ApiError(
      500,
      'server_error',
      'The gateway failed to answer this request; its log has the reason.',
      { code: 'internal_error' },
    )
  );
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

function fromRpc(error: RpcError): ApiError {
  switch (error.code) {
    case status.NOT_FOUND:
      return new ApiError(404, 'invalid_request_error', error.details, {
        param: 'model',
        code: 'model_not_found',
      });
    case status.OUT_OF_RANGE:
      return ApiError.invalid(error.details, 'messages', 'context_length_exceeded');
    case status.INVALID_ARGUMENT:
      return ApiError.invalid(error.details);
    case status.RESOURCE_EXHAUSTED:
      return new ApiError(429, 'rate_limit_error', error.details, {
        code: 'rate_limit_exceeded',
        retryAfter: 2,
      });
    case status.DEADLINE_EXCEEDED:
      return new ApiError(504, 'server_error', 'The inference service did not answer in time.', {
        code: 'timeout',
      });
    case status.UNAVAILABLE:
    case status.CANCELLED:
      return ApiError.unavailable('The inference service cannot be reached. Try again soon.');
    case status.FAILED_PRECONDITION:
    case status.DATA_LOSS:
      return ApiError.modelDamaged(error.details);
    default:
      return new ApiError(
        500,
        'server_error',
        'The inference service failed to answer; its log has the reason.',
        { code: 'inference_error' },
      );
  }
}

const downCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'ETIMEDOUT',
  '57P01',
  '57P02',
  '57P03',
]);

function isDatabaseDown(error: unknown): boolean {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return downCodes.has((cause as { code?: string } | null)?.code ?? '');
}
