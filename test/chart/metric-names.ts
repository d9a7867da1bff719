// The names of all metrics that services tell, asked of what registers them; none is read.

import { measureQueues } from '#platform/queue/queue-metrics.js';
import { GrpcMetrics } from '#platform/telemetry/grpc-metrics.js';
import { measureRequests } from '#platform/telemetry/http-metrics.js';
import { JobMetrics } from '#platform/telemetry/job-metrics.js';
import { Metrics } from '#platform/telemetry/metrics.js';
import { measureAdapters } from '../../services/inference/adapter-metrics.js';
import { Admission } from '../../services/inference/admission.js';
import { AnswerMetrics } from '../../services/inference/answer-metrics.js';
import { measureCaches } from '../../services/inference/cache-metrics.js';
import type { Models } from '../../services/inference/models.js';

type App = Parameters<typeof measureRequests>[0];
const answersNothing = {
  getHttpAdapter: () => ({ getInstance: () => ({ addHook: () => undefined }) }),
} as unknown as App;

export function metricNames(): ReadonlySet<string> {
  const metrics = new Metrics('all');
  const models = {} as Models;
  measureRequests(answersNothing, metrics);
  measureQueues(metrics, () => Promise.resolve([]));
  measureAdapters(metrics, models);
  measureCaches(metrics, models, { METRICS_COMPAT: 'none' });
  for (const Kind of [GrpcMetrics, JobMetrics]) void new Kind(metrics);
  void new AnswerMetrics(metrics, 'none');
  void new Admission(1, metrics);
  return new Set(metrics.registry.getMetricsAsArray().map(({ name }) => name));
}
