// The metrics of every kind of service, as its code registers them.

import type { MetricObject } from 'prom-client';
import { measureQueues } from '#platform/queue/queue-metrics.js';
import { GrpcMetrics } from '#platform/telemetry/grpc-metrics.js';
import { requestSeconds } from '#platform/telemetry/http-metrics.js';
import { JobMetrics } from '#platform/telemetry/job-metrics.js';
import { Metrics } from '#platform/telemetry/metrics.js';
import { measureAdapters } from '../../services/inference/adapter-metrics.js';
import { Admission } from '../../services/inference/admission.js';
import { AnswerMetrics } from '../../services/inference/answer-metrics.js';
import { measureCaches } from '../../services/inference/cache-metrics.js';
import { GroundingMetrics } from '../../services/inference/knowledge/grounding-metrics.js';

export interface Described {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly labels: readonly string[];
}

export interface Section {
  readonly title: string;
  readonly about: string;
  readonly metrics: readonly Described[];
}

/** prom-client has these at run time, and does not say so. */
type Registered = MetricObject & { readonly labelNames: readonly string[] };

function describe(metric: MetricObject): Described {
  const { name, help, type, labelNames } = metric as Registered;
  return { name, help, type: String(type), labels: labelNames };
}

/** What comes to those of every process, in the order of names. */
function registered(register: (metrics: Metrics) => unknown): Described[] {
  const metrics = new Metrics('any');
  const all = (): MetricObject[] => metrics.registry.getMetricsAsArray();
  const before = new Set(all());
  register(metrics);
  return byName(all().filter((metric) => !before.has(metric)));
}

const byName = (metrics: readonly MetricObject[]): Described[] =>
  metrics.map(describe).toSorted((a, b) => (a.name < b.name ? -1 : 1));

/** Of every process, by prom-client. */
export const standard: readonly Described[] = byName(
  new Metrics('any').registry.getMetricsAsArray(),
);

function inference(metrics: Metrics, METRICS_COMPAT: 'none' | 'vllm'): unknown[] {
  const models = { *held() {}, figures: async () => [] };
  measureCaches(metrics, models, { METRICS_COMPAT });
  measureAdapters(metrics, models);
  return [
    new AnswerMetrics(metrics, METRICS_COMPAT),
    new Admission(1, metrics),
    new GroundingMetrics(metrics, { size: 0 }),
  ];
}

/** Under vLLM's names. */
export const compatible: readonly Described[] = registered((metrics) =>
  inference(metrics, 'vllm'),
).filter(({ name }) => name.startsWith('vllm:'));

export const sections: readonly Section[] = [
  {
    title: 'gateway',
    about: 'Each gateway tells of all queues: take the `max` over them.',
    metrics: registered((metrics) => {
      requestSeconds(metrics);
      measureQueues(metrics, async () => []);
    }),
  },
  {
    title: 'gateway, augmentation, training and evaluation',
    about: 'Whoever takes jobs.',
    metrics: registered((metrics) => new JobMetrics(metrics)),
  },
  {
    title: 'gateway, inference, augmentation and evaluation',
    about: 'Both sides of gRPC, by `side`: `client` or `server`.',
    metrics: registered((metrics) => new GrpcMetrics(metrics)),
  },
  {
    title: 'inference',
    about:
      'By base model (`model_name`). `METRICS_COMPAT=vllm` repeats those that vLLM has under its names: `vllm:` in the place of `lethe_inference_`. [What they mean](../guides/operate.md#metrics-of-inference).',
    metrics: registered((metrics) => inference(metrics, 'none')),
  },
];
