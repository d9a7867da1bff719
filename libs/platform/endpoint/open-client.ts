// The SDK's client of an endpoint.

import OpenAI from 'openai';
import type { ChatOptions } from './chat-options.js';

/**
 * Takes no account from the environment, where the SDK looks for one that is not this endpoint's,
 * and logs nothing. Retries are ours: the SDK's do not see the signal while they wait.
 */
export function openClient({ url, apiKey, timeoutMs }: ChatOptions): OpenAI {
  return new OpenAI({
    baseURL: url,
    apiKey,
    adminAPIKey: null,
    organization: null,
    project: null,
    // These win over OPENAI_CUSTOM_HEADERS.
    defaultHeaders: {
      Authorization: `Bearer ${apiKey}`,
      'OpenAI-Organization': null,
      'OpenAI-Project': null,
    },
    timeout: timeoutMs,
    maxRetries: 0,
    logLevel: 'off',
  });
}
