// What a request's error says: whether another one may help, and when.

import { APIError } from 'openai';
import type { EndpointFailure } from './endpoint.error.js';

export interface FailedRequest extends EndpointFailure {
  /** The Retry-After header, as it was sent. */
  readonly retryAfter?: string | undefined;
}

const passing = new Set([408, 409, 425, 429]);

/** Of a text that a provider's filter does not let through: others may pass. */
const FILTERED = 'content_filter';

/** Keeps nothing of the error's text: the SDK's messages and JSON.parse's quote the reply. */
export function failedRequest(error: unknown): FailedRequest {
  if (isAnswered(error) && error.code === FILTERED) return { problem: 'unusable' };
  if (isAnswered(error)) return ofStatus(error.status, error.headers);
  if (error instanceof SyntaxError) return { problem: 'unusable' };
  if (error instanceof DOMException && error.name === 'TimeoutError') return { problem: 'timeout' };
  return { problem: 'unreachable', code: codeOf(error) };
}

const isAnswered = (error: unknown): error is APIError<number, Headers> =>
  error instanceof APIError && error.status !== undefined;

function ofStatus(status: number, headers: Headers): FailedRequest {
  if (status < 500 && !passing.has(status)) return { problem: 'refused', status };
  return { problem: 'unavailable', status, retryAfter: headers.get('retry-after') ?? undefined };
}

/** The first code along the causes: fetch hides the system's error two levels down. */
function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code } = error as NodeJS.ErrnoException;
  return typeof code === 'string' ? code : codeOf(error.cause);
}
