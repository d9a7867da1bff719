// JSON logs on standard output, one line an event, with the ids of the job, tenant and trace at
// work.

import { pino, type DestinationStream, type Logger } from 'pino';
import { Failure } from '#failure/failure.js';
import { tracing } from '../telemetry/tracing/spans.js';
import { flagsOf } from '../telemetry/tracing/traceparent.js';
import { currentContext } from './context.js';
import { framesOf, sayableText } from './error-text.js';

export type { Logger };

export interface LogOptions {
  readonly service: string;
  readonly level: string;
  /** Standard output where absent. */
  readonly destination?: DestinationStream;
}

export function createLogger({ service, level, destination }: LogOptions): Logger {
  const options = {
    level,
    base: { service, pid: process.pid },
    mixin: idsAtWork,
    serializers: { err: errorFields },
    formatters: { level: (label: string) => ({ level: label }) },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
  };
  return destination ? pino(options, destination) : pino(options);
}

/** Those of the trace by the names that OpenTelemetry has for them in logs. */
function idsAtWork(): object {
  const { jobId, tenantId, traceId, spanId, sampled } = currentContext();
  return {
    jobId,
    tenantId,
    trace_id: traceId,
    ...(tracing() && spanId ? { span_id: spanId, trace_flags: flagsOf({ sampled }) } : {}),
  };
}

function errorFields(error: unknown): unknown {
  const failure = Failure.of(error);
  const { type, permanent, cause } = failure;
  return {
    type: error instanceof Error ? error.name : typeof error,
    failure: type,
    permanent,
    message: sayableText(error),
    stack: framesOf(failure).join('\n'),
    ...(cause === undefined ? {} : { cause: errorFields(cause) }),
  };
}
