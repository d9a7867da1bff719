// The W3C trace id that a request, and all that it asks for, goes by.

import { randomBytes } from 'node:crypto';
import { currentContext } from '#platform/log/context.js';

/** Of a traceparent header, or a new one. */
export function traceIdOf(header: string | string[] | undefined): string {
  return /^[0-9a-f]{2}-([0-9a-f]{32})-/.exec(String(header))?.[1] ?? newTraceId();
}

/** Of the request that is answered. */
export const currentTraceId = (): string => currentContext().traceId ?? newTraceId();

const newTraceId = (): string => randomBytes(16).toString('hex');
