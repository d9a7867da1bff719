// What each failure inside means to a caller.
import { status } from '@grpc/grpc-js';
import { ContextLengthError } from '#generation/errors/context-length.error.js';
import { EngineClosedError } from '#generation/errors/engine-closed.error.js';
import { CheckpointError } from '#models/errors/checkpoint.error.js';
import { ConversationError } from '#models/errors/conversation.error.js';
import { TokenizerMismatchError } from '#models/errors/tokenizer-mismatch.error.js';
import { UnknownModelError } from '#models/errors/unknown-model.error.js';
import { ArtifactNotFoundError } from '#platform/errors/artifact-not-found.error.js';
import { CorruptArtifactError } from '#platform/errors/corrupt-artifact.error.js';
import { RpcError } from '#platform/grpc/rpc-error.js';
import { AllInUseError } from './errors/all-in-use.error.js';
import { BusyError } from './errors/busy.error.js';
import { UnusableAdapterError } from './errors/unusable-adapter.error.js';
import type { ModelName } from './models.js';

const CODES: readonly (readonly [new (...args: never[]) => Error, status])[] = [
  [UnknownModelError, status.NOT_FOUND],
  [ContextLengthError, status.OUT_OF_RANGE],
  [ConversationError, status.INVALID_ARGUMENT],
  [UnusableAdapterError, status.FAILED_PRECONDITION],
  [CheckpointError, status.FAILED_PRECONDITION],
  [TokenizerMismatchError, status.FAILED_PRECONDITION],
  [BusyError, status.RESOURCE_EXHAUSTED],
  [AllInUseError, status.RESOURCE_EXHAUSTED],
  [EngineClosedError, status.UNAVAILABLE],
];

/** Errors that are nobody's fault outside are returned as they are, to be logged. */
export function toRpcError(error: unknown, model: ModelName): unknown {
  if (error instanceof ArtifactNotFoundError)
    return new RpcError(status.NOT_FOUND, `unknown adapter "${model.adapter}"`, error);
  if (error instanceof CorruptArtifactError)
    return new RpcError(
      status.DATA_LOSS,
      `adapter "${model.adapter}" is damaged in the store`,
      error,
    );
  const code = CODES.find(([kind]) => error instanceof kind)?.[1];
  return code === undefined ? error : new RpcError(code, (error as Error).message, error);
}
