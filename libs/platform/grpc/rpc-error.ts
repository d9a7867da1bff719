// A failed call, with gRPC's status code, on either side.

import { Metadata, status, type ServiceError } from '@grpc/grpc-js';
import { type PublicFailure, revive, toPublic } from '#failure/failure-data.js';
import { Failure } from '#failure/failure.js';

/** Where a failure travels beside its code. */
const FAILURE_KEY = 'lethe-failure-bin';

/**
 * Characters of a message that travel, up to 16 bytes of headers each: longer headers than HTTP/2's
 * usual 64 KiB are dropped without a word, and the caller waits for its deadline.
 */
const MAX_MESSAGE_LENGTH = 2000;

/** What a code says of a call whose failure did not travel with it. */
const CODES: Partial<Record<status, { permanent: boolean; publicMessage?: string }>> = {
  [status.INVALID_ARGUMENT]: { permanent: true },
  [status.NOT_FOUND]: { permanent: true },
  [status.OUT_OF_RANGE]: { permanent: true },
  [status.FAILED_PRECONDITION]: { permanent: true },
  [status.UNIMPLEMENTED]: { permanent: true },
  [status.PERMISSION_DENIED]: { permanent: true },
  // Keys are being renewed, or will be.
  [status.UNAUTHENTICATED]: { permanent: false },
  [status.UNAVAILABLE]: {
    permanent: false,
    publicMessage: 'the inference service cannot be reached',
  },
  [status.DEADLINE_EXCEEDED]: {
    permanent: false,
    publicMessage: 'the inference service did not answer in time',
  },
  [status.CANCELLED]: { permanent: false, publicMessage: 'the call was cancelled' },
};
const UNKNOWN = { permanent: false, publicMessage: 'the inference service failed to answer' };

const typeOf = (code: status): string =>
  `rpc-${(status[code] ?? 'unknown').toLowerCase().replaceAll('_', '-')}`;

/** Half a character, where the cut leaves one, becomes a replacement: headers hold none. */
const shortened = (message: string): string =>
  Buffer.from(message.slice(0, MAX_MESSAGE_LENGTH)).toString();

/** Its type is its code's; what it stands for, with a type of its own, is its cause. */
export class RpcError extends Failure {
  static {
    this.define('rpc', { permanent: false });
  }

  /** @param publicMessage a sentence for the caller, without any tenant's text. */
  constructor(
    readonly code: status,
    publicMessage: string,
    cause?: unknown,
  ) {
    const { permanent } = Failure.isInstance(cause) ? cause : (CODES[code] ?? UNKNOWN);
    const message = `${status[code]}: ${publicMessage}`;
    super(message, { type: typeOf(code), permanent, publicMessage, cause });
  }

  /** As it goes over the wire. */
  toWire(): Pick<ServiceError, 'code' | 'details' | 'metadata'> {
    const { code, cause } = this;
    const publicMessage = shortened(this.publicMessage);
    const failure = { ...toPublic(Failure.isInstance(cause) ? cause : this), publicMessage };
    const metadata = new Metadata();
    metadata.set(FAILURE_KEY, Buffer.from(JSON.stringify(failure)));
    return { code, details: publicMessage, metadata };
  }

  /** As it came over the wire, or as the connection failed. */
  static fromWire(error: unknown): RpcError {
    const { code = status.UNKNOWN, metadata } = error as Partial<ServiceError>;
    const [data] = metadata?.get(FAILURE_KEY) ?? [];
    if (data === undefined) {
      const { publicMessage = UNKNOWN.publicMessage } = CODES[code] ?? UNKNOWN;
      return new RpcError(code, publicMessage, error);
    }
    const failure = revive(JSON.parse(data.toString()) as PublicFailure);
    return new RpcError(code, failure.publicMessage, failure);
  }
}

/** Codes of what is a prompt's own fault. */
const REFUSALS: readonly status[] = [status.OUT_OF_RANGE, status.INVALID_ARGUMENT];

/** Whether inference will never take this prompt: too long for the context, or of odd roles. */
export const isRefusal = (error: unknown): error is RpcError =>
  RpcError.isInstance(error) && REFUSALS.includes(error.code);
