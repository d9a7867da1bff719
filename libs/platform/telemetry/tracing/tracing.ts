// Traces of a process, from its start to its end. Where none are made, nothing of OpenTelemetry's
// SDK is loaded.

import { setTimeout as delay } from 'node:timers/promises';
import { type TracingEnv, traceUrl } from '../../config/tracing-env.js';
import type { Logger } from '../../log/logger.js';
import { makeSpansBy } from './spans.js';

export interface Tracing {
  /** Sends what is left, within so many ms; never rejects. */
  end(ms: number): Promise<void>;
}

const NONE: Tracing = { end: async () => {} };

export async function startTracing(
  service: string,
  env: TracingEnv,
  log: Logger,
): Promise<Tracing> {
  const url = traceUrl(env);
  if (!url) return NONE;
  const { openProvider } = await import('./provider.js');
  const provider = openProvider(service, url, log);
  makeSpansBy(provider.getTracer('lethe'));
  return {
    async end(ms) {
      const ended = provider.shutdown().catch(() => {});
      await Promise.race([ended, delay(ms, undefined, { ref: false })]);
    },
  };
}
