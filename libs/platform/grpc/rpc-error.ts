// A failed call, with gRPC's status code, on either side.
import { status } from '@grpc/grpc-js';

/** Codes that the same call would meet again. */
const PERMANENT: ReadonlySet<status> = new Set([
  status.INVALID_ARGUMENT,
  status.NOT_FOUND,
  status.OUT_OF_RANGE,
  status.FAILED_PRECONDITION,
  status.UNIMPLEMENTED,
  status.PERMISSION_DENIED,
  status.UNAUTHENTICATED,
]);

export class RpcError extends Error {
  override readonly name = 'RpcError';

  /** @param details a sentence for the caller, without any tenant's text. */
  constructor(
    readonly code: status,
    readonly details: string,
    cause?: unknown,
  ) {
    super(`${status[code]}: ${details}`, { cause });
  }

  /** True where a retry is pointless. */
  get permanent(): boolean {
    return PERMANENT.has(this.code);
  }
}
