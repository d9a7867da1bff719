// A row that the model cannot be asked about.

import { UnusableSetError } from '#platform/errors/unusable-set.error.js';
import { isRefusal } from '#platform/grpc/rpc-error.js';
import type { AskedSet } from './metrics/metric.js';

/** @returns an error that names the row where it is to blame, else the same error. */
export function unusableRow(error: unknown, set: AskedSet, line: number): unknown {
  if (!isRefusal(error)) return error;
  const message = `the ${set} set cannot be asked about: line ${line}: ${error.publicMessage}`;
  return new UnusableSetError(message, { cause: error });
}
