// What the errors of a file system mean to a store.

import { BlobNotFoundError } from '../../errors/blob-not-found.error.js';
import { StorageFullError } from '../../errors/storage-full.error.js';
import { StorageUnavailableError } from '../../errors/storage-unavailable.error.js';

const ABSENT = new Set(['ENOENT', 'ENOTDIR', 'EISDIR']);
const FULL = new Set(['ENOSPC', 'EDQUOT']);
const UNAVAILABLE = new Set([
  'EACCES',
  'EHOSTDOWN',
  'EIO',
  'ENOTCONN',
  'EPERM',
  'EROFS',
  'ESTALE',
  'ETIMEDOUT',
]);

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? '';

export const isTaken = (error: unknown): boolean => codeOf(error) === 'EEXIST';

/** For `catch`: makes undefined of a missing file. */
export function ignoreAbsent(error: unknown): undefined {
  if (!ABSENT.has(codeOf(error))) throw error;
}

/** For `catch`: throws the failure that an error is, or else the error. */
export function rethrowAs(key: string): (error: unknown) => never {
  return (error) => {
    throw toFailure(error, key);
  };
}

function toFailure(error: unknown, key: string): unknown {
  const code = codeOf(error);
  if (ABSENT.has(code)) return new BlobNotFoundError(key, error);
  if (FULL.has(code)) return new StorageFullError(error);
  return UNAVAILABLE.has(code) ? new StorageUnavailableError(error) : error;
}
