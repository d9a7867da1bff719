// What each failure inside means to a caller.

import { status } from '@grpc/grpc-js';
import { Failure } from '#failure/failure.js';
import { RpcError } from '#platform/grpc/rpc-error.js';

/** By the failure's type. */
const CODES: Readonly<Record<string, status>> = {
  'unknown-model': status.NOT_FOUND,
  'unknown-adapter': status.NOT_FOUND,
  'unknown-knowledge-base': status.NOT_FOUND,
  'space-erased': status.NOT_FOUND,
  'context-length': status.OUT_OF_RANGE,
  'prompt-length': status.OUT_OF_RANGE,
  'time-limit': status.INVALID_ARGUMENT,
  conversation: status.INVALID_ARGUMENT,
  'invalid-request': status.INVALID_ARGUMENT,
  'blind-model': status.INVALID_ARGUMENT,
  'shown-image': status.INVALID_ARGUMENT,
  'unseen-image': status.FAILED_PRECONDITION,
  form: status.INVALID_ARGUMENT,
  'no-token-left': status.INVALID_ARGUMENT,
  'unusable-adapter': status.FAILED_PRECONDITION,
  'unusable-knowledge-base': status.FAILED_PRECONDITION,
  checkpoint: status.FAILED_PRECONDITION,
  'tokenizer-mismatch': status.FAILED_PRECONDITION,
  // A tokenizer that tells two links apart by nothing but their ends.
  link: status.FAILED_PRECONDITION,
  'damaged-weights': status.FAILED_PRECONDITION,
  'image-processor': status.FAILED_PRECONDITION,
  'vision-busy': status.RESOURCE_EXHAUSTED,
  busy: status.RESOURCE_EXHAUSTED,
  'thread-ended': status.UNAVAILABLE,
};

/** Errors that are nobody's fault outside are returned as they are, to be logged. */
export function toRpcError(error: unknown): unknown {
  const failure = Failure.of(error);
  const code = CODES[failure.type];
  return code === undefined ? error : new RpcError(code, failure.publicMessage, failure);
}
