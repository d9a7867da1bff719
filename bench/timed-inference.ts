// An inference server whose every call takes the same time, however many are under way.

import { status } from '@grpc/grpc-js';
import { setTimeout as delay } from 'node:timers/promises';
import { startInferenceServer, type RunningServer } from '#platform/grpc/inference-server.js';
import { RpcError } from '#platform/grpc/rpc-error.js';
import { asInference } from '#testing/identities.js';
import { silent } from '#testing/queue.js';

/** Of a call, in ms. */
const [GENERATE, SCORE] = [500, 100];
const TOWN = 'She was born in Westmere, a town by the sea.';

/** `mostAtOnce` are answers that were under way at a time since it was last asked. */
export type TimedInference = RunningServer & { mostAtOnce(): number };

const notHere = () => Promise.reject(new RpcError(status.UNIMPLEMENTED, 'not here'));

export async function startTimedInference(): Promise<TimedInference> {
  let [now, most] = [0, 0];
  const server = await startInferenceServer({
    host: '127.0.0.1',
    port: 0,
    log: silent,
    ...asInference(),
    handlers: {
      async *generate() {
        most = Math.max(most, ++now);
        await delay(GENERATE);
        now -= 1;
        yield { text: TOWN };
        yield { finishReason: 'stop' };
      },
      async score({ items }) {
        await delay(SCORE);
        return { scores: items.map(() => ({ tokenLogProbs: [-0.5, -0.5], sum: -1 })) };
      },
      embed: notHere,
      countTokens: notHere,
      tokenize: notHere,
      forget: async () => ({}),
      listModels: async () => ({ models: [] }),
    },
  });
  return Object.assign(server, {
    mostAtOnce() {
      const seen = most;
      most = 0;
      return seen;
    },
  });
}
