// How full the cache of keys and values is, by base model, under the names that vLLM's users know.

import { Counter, Gauge, type Registry } from 'prom-client';
import type { EngineFigures } from '#generation/protocol.js';
import type { Metrics } from '#platform/telemetry/metrics.js';
import type { Env } from './env.js';
import type { Models } from './models.js';

type Figure = keyof EngineFigures;

/** Asked for as they are read: a model that has made room is not shown any more. */
export function measureCaches(
  { registry }: Metrics,
  models: Pick<Models, 'figures'>,
  { METRICS_COMPAT }: Pick<Env, 'METRICS_COMPAT'>,
): void {
  const prefixes = ['lethe_inference_', ...(METRICS_COMPAT === 'vllm' ? ['vllm:'] : [])];
  for (const prefix of prefixes) {
    const named = (name: string, help: string) => ({
      name: `${prefix}${name}`,
      help,
      labelNames: ['model_name'] as const,
      registers: [registry],
    });
    gauge(named('kv_cache_usage_perc', 'Share of KV_BYTES that is taken, 1 for all'), 'kvUsage');
    counter(
      named('num_preemptions_total', 'Answers under way that have made room for others'),
      'preemptions',
    );
    counter(
      named('prefix_cache_queries_total', 'Tokens of prompts looked for among those read before'),
      'prefixQueries',
    );
    counter(named('prefix_cache_hits_total', 'Those of them that were found'), 'prefixHits');
  }

  interface Named {
    name: string;
    help: string;
    labelNames: readonly ['model_name'];
    registers: Registry[];
  }

  function gauge(name: Named, figure: Figure): void {
    const shown: Gauge<'model_name'> = new Gauge({
      ...name,
      async collect() {
        const figures = await models.figures();
        shown.reset();
        for (const one of figures) shown.set({ model_name: one.base }, one[figure]);
      },
    });
  }

  function counter(name: Named, figure: Figure): void {
    const shown: Counter<'model_name'> = new Counter({
      ...name,
      async collect() {
        const figures = await models.figures();
        shown.reset();
        for (const one of figures) shown.inc({ model_name: one.base }, one[figure]);
      },
    });
  }
}
