// The trace that a job belongs to: that of the request that asked for it, below the try that fanned
// out to it where one did.

import type { Job, JobsOptions } from 'bullmq';
import { currentContext } from '../log/context.js';
import { pastSpan, SpanKind, type SpanOptions } from '../telemetry/tracing/spans.js';
import {
  readTraceparent,
  type TraceIds,
  writeTraceparent,
} from '../telemetry/tracing/traceparent.js';

/** Where the queue keeps it for a child. Its payload names its parent's: by it, it is found again. */
export function tracedOptions(): Pick<JobsOptions, 'telemetry'> {
  const context = currentContext();
  return context.spanId ? { telemetry: { metadata: writeTraceparent(context) } } : {};
}

/** Jobs of release 0.1 have the id of a trace alone. */
function traceOf({ opts, data }: Job): TraceIds {
  const { traceId } = data as { traceId: string };
  return readTraceparent(opts.telemetry?.metadata ?? traceId) ?? { traceId };
}

/** Of a try. */
export function spanOptions(job: Job): SpanOptions {
  const { tenantId, jobId } = job.data as Record<string, string>;
  return {
    kind: SpanKind.CONSUMER,
    parent: traceOf(job),
    attributes: {
      'messaging.system': 'bullmq',
      'messaging.operation.type': 'process',
      'messaging.operation.name': 'process',
      'messaging.destination.name': job.queueName,
      'messaging.message.id': job.id,
      'lethe.job.id': jobId,
      'lethe.tenant.id': tenantId,
      'lethe.attempt': job.attemptsMade + 1,
    },
  };
}

/** Between two times in ms of the epoch. */
export function noteWait(job: Job, startTime: number, endTime: number): void {
  const { attributes, parent } = spanOptions(job);
  pastSpan(`wait ${job.queueName}`, { attributes, parent, startTime, endTime });
}
