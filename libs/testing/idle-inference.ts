// A server of inference that does what a test says, and for all other calls nothing.

import { type InferenceHandlers, startInferenceServer } from '#platform/grpc/inference-server.js';
import { asInference } from './identities.js';
import { silent } from './queue.js';

export const idle: InferenceHandlers = {
  async *generate() {},
  score: async () => ({}),
  embed: async () => ({}),
  countTokens: async () => ({}),
  tokenize: async () => ({}),
  forget: async () => ({}),
  listModels: async () => ({ models: [] }),
};

/** @param port 0: any free one. */
export const startIdleInference = (
  handlers: Partial<InferenceHandlers> = {},
  port = 0,
  host = '127.0.0.1',
) =>
  startInferenceServer({
    host,
    port,
    log: silent,
    handlers: { ...idle, ...handlers },
    ...asInference(),
  });
