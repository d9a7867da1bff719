// The trace that a request, and all that it asks for, goes by.

import { currentContext } from '#platform/log/context.js';
import { newTraceId, writeTraceparent } from '#platform/telemetry/tracing/traceparent.js';

/** Of the request that is answered: a W3C traceparent, or the id of its trace alone. */
export const currentTrace = (): string => writeTraceparent(currentContext()) || newTraceId();
