// A job as a span, told when it has ended: from when it was asked for, below the request that did.

import { pastSpan } from '#platform/telemetry/tracing/spans.js';
import { readTraceparent } from '#platform/telemetry/tracing/traceparent.js';
import type { JobRow } from '../database/tenant-records.js';

export function noteJob({ id, tenantId, traceId, request, status, createdAt }: JobRow): void {
  const { type } = request.method;
  pastSpan(`job ${type}`, {
    parent: readTraceparent(traceId) ?? {},
    attributes: {
      'lethe.job.id': id,
      'lethe.tenant.id': tenantId,
      'lethe.job.method': type,
      'lethe.job.status': status,
    },
    startTime: createdAt.getTime(),
    endTime: Date.now(),
  });
}
