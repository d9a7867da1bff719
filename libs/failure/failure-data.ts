// Failures as plain data: on the way between threads, and out of the process.

import { Failure } from './failure.js';

/** What anybody may be told. */
export interface PublicFailure {
  readonly type: string;
  readonly permanent: boolean;
  readonly publicMessage: string;
}

/** What stays within the process. */
export interface FailureData extends PublicFailure {
  readonly message: string;
  readonly detail?: unknown;
  readonly stack?: string;
  readonly cause?: FailureData;
}

/** For another thread of this process. */
export function toData(error: unknown): FailureData {
  const failure = Failure.of(error);
  const { message, detail, stack, cause } = failure;
  return {
    ...toPublic(failure),
    message,
    detail,
    stack,
    cause: cause === undefined ? undefined : toData(cause),
  };
}

/** For another process. */
export function toPublic(error: unknown): PublicFailure {
  const { type, permanent, publicMessage } = Failure.of(error);
  return { type, permanent, publicMessage };
}

/**
 * @returns an instance of the type's own class, which whoever can ask for it has loaded, or else of
 * Failure with the same type.
 */
export function revive(data: PublicFailure & Partial<FailureData>): Failure {
  const { type, permanent, publicMessage, message = publicMessage, detail, stack } = data;
  const cause = data.cause && revive(data.cause);
  const failure = new Failure(message, { type, permanent, publicMessage, detail, cause });
  const kind = Failure.kindOf(type);
  if (kind) Object.setPrototypeOf(failure, kind.prototype);
  return stack === undefined ? failure : Object.assign(failure, { stack });
}
