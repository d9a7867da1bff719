// What is wrong with a base that the records name, by what failed in inference.

import { ApiError } from '../../http/api.error.js';

const param = 'knowledge';

const FAILURES: Readonly<Record<string, (message: string) => ApiError>> = {
  'unknown-knowledge-base': () =>
    new ApiError(
      410,
      'invalid_request_error',
      'The stored data of the knowledge base is lost: create it again.',
      { param, code: 'artifact_lost' },
    ),
  'unusable-knowledge-base': (message) =>
    new ApiError(500, 'server_error', message, { param, code: 'knowledge_base_damaged' }),
};

/** @param reason type of the failure. */
export const baseFailure = (reason: string, message: string): ApiError | undefined =>
  FAILURES[reason]?.(message);
