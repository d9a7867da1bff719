import { status } from '@grpc/grpc-js';
import { NotFoundException } from '@nestjs/common';
import { DrizzleQueryError } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { Failure } from '#failure/failure.js';
import { ArtifactNotFoundError } from '#platform/errors/artifact-not-found.error.js';
import { CorruptArtifactError } from '#platform/errors/corrupt-artifact.error.js';
import { KeyServiceError } from '#platform/errors/key-service.error.js';
import { QueueUnavailableError } from '#platform/errors/queue-unavailable.error.js';
import { StorageFullError } from '#platform/errors/storage-full.error.js';
import { StorageUnavailableError } from '#platform/errors/storage-unavailable.error.js';
import { RpcError } from '#platform/grpc/rpc-error.js';
import { ApiError } from './api.error.js';
import { toApiError } from './to-api-error.js';

const rpc = (code: status) => new RpcError(code, 'its sentence');
const inQuery = (cause: object) =>
  new DrizzleQueryError('SELECT', [], Object.assign(new Error(), cause));
const hash = 'a'.repeat(64);

test.each<[string, unknown, number, string | null]>([
  ['its own refusals as they are', ApiError.invalid('no', null, 'mine'), 400, 'mine'],
  ['a queue that is away', new QueueUnavailableError(), 503, 'service_unavailable'],
  ['a full store', new StorageFullError(), 507, 'storage_full'],
  ['a store that is away', new StorageUnavailableError(), 503, 'service_unavailable'],
  ['a key service that is away', new KeyServiceError('private'), 503, 'service_unavailable'],
  ['lost bytes', new ArtifactNotFoundError(hash), 410, 'artifact_lost'],
  ['damaged bytes', new CorruptArtifactError(hash), 410, 'artifact_damaged'],
  ['an unknown model', rpc(status.NOT_FOUND), 404, 'model_not_found'],
  ['a prompt that is too long', rpc(status.OUT_OF_RANGE), 400, 'context_length_exceeded'],
  ['a field that does not fit', rpc(status.INVALID_ARGUMENT), 400, null],
  ['a busy service', rpc(status.RESOURCE_EXHAUSTED), 429, 'rate_limit_exceeded'],
  ['a late service', rpc(status.DEADLINE_EXCEEDED), 504, 'timeout'],
  ['a service that is away', rpc(status.UNAVAILABLE), 503, 'service_unavailable'],
  ['a damaged model', rpc(status.FAILED_PRECONDITION), 500, 'model_damaged'],
  ['any other trouble of inference', rpc(status.INTERNAL), 500, 'inference_error'],
  ['a database that stops', inQuery({ code: '57P01' }), 503, 'service_unavailable'],
  [
    'a database whose socket is gone',
    inQuery({ code: 'ENOENT', syscall: 'connect' }),
    503,
    'service_unavailable',
  ],
  [
    'a connection that was cut',
    inQuery({ message: 'Connection terminated unexpectedly' }),
    503,
    'service_unavailable',
  ],
  [
    'no descriptors left',
    Object.assign(new Error('private'), { code: 'EMFILE', syscall: 'open' }),
    503,
    'service_unavailable',
  ],
  ['a statement that is wrong', inQuery({ code: '42601' }), 500, 'internal_error'],
  [
    'a file that is missing',
    Object.assign(new Error(), { code: 'ENOENT', syscall: 'open' }),
    500,
    'internal_error',
  ],
  ['a route that does not exist', new NotFoundException(), 404, null],
  ['any other failure', new Failure('private'), 500, 'internal_error'],
  ['any other error', new Error('private'), 500, 'internal_error'],
])('answers %s', (_, error, code, name) => {
  const answer = toApiError(error);
  expect(answer).toMatchObject({ status: code, message: expect.not.stringContaining('private') });
  expect(answer.body.error.code).toBe(name);
});
