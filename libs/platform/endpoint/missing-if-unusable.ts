// What to do without a reply that a model does not give, however often it is asked.

import { EndpointError } from './endpoint.error.js';

/** For a promise's catch: what the model cannot handle is left out, all else is thrown on. */
export function missingIfUnusable(error: unknown): undefined {
  if (error instanceof EndpointError && error.detail.problem === 'unusable') return undefined;
  throw error;
}
