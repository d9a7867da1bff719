// An OpenAI-compatible endpoint that did not do what it was asked.

import { Failure } from '#failure/failure.js';

/**
 * `refused`: the request will never be answered. The others may pass: `unavailable` (a status that
 * says so), `unreachable` (no connection, or one that broke), `timeout`, `unusable` (a reply that
 * is not what was asked for).
 */
export type EndpointProblem = 'refused' | 'unavailable' | 'unreachable' | 'timeout' | 'unusable';

export interface EndpointFailure {
  readonly problem: EndpointProblem;
  /** The HTTP status of a `refused` or `unavailable` request. */
  readonly status?: number | undefined;
  /** The system's word for why the endpoint is `unreachable`, such as ECONNREFUSED. */
  readonly code?: string | undefined;
}

export interface EndpointDetail extends EndpointFailure {
  /** Requests made in vain. */
  readonly requests: number;
}

/**
 * Message and detail hold no text of a request or a reply, and there is no cause: both quote what
 * is to be forgotten, and a job's error travels through Redis and into logs.
 */
export class EndpointError extends Failure {
  declare readonly detail: EndpointDetail;

  static {
    this.define('endpoint', { permanent: false });
  }

  /** @param settings what the endpoint's settings begin with, such as TEACHER for TEACHER_URL. */
  constructor(settings: string, detail: EndpointDetail) {
    super(`the endpoint at ${settings}_URL ${predicate(detail, settings)}`, {
      // Trying again later would end the same way: a wrong key, an unknown model.
      permanent: detail.problem === 'refused',
      detail,
    });
  }
}

function predicate({ problem, status }: EndpointFailure, settings: string): string {
  switch (problem) {
    case 'refused':
      return `answers with status ${status}: check ${suspects(status, settings)}`;
    case 'unavailable':
      return `answers with status ${status}`;
    case 'unreachable':
      return 'cannot be reached';
    case 'timeout':
      return `does not answer within ${settings}_TIMEOUT_MS`;
    case 'unusable':
      return `replies in another form than asked for: check whether ${settings}_MODEL can do it`;
  }
}

/** Statuses of a key that is wrong, or not enough. */
const KEY = new Set<number | undefined>([401, 402, 403]);

const suspects = (status: number | undefined, settings: string): string =>
  KEY.has(status) ? `${settings}_KEY` : `${settings}_URL and ${settings}_MODEL`;
