// W3C Trace Context: the trace that work belongs to, and the span that asked for it.

import { randomBytes } from 'node:crypto';

export interface TraceIds {
  /** 32 hex digits. */
  readonly traceId: string;
  /** 16 hex digits; absent where nobody has told a span. */
  readonly spanId?: string;
  /** Whether the spans of the trace are kept. */
  readonly sampled?: boolean;
}

export const TRACEPARENT = 'traceparent';

const whole = /^(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:-|$)/;
const bare = /^[0-9a-f]{32}$/;
const zeros = /^0+$/;
/** Of the flags. */
const SAMPLED = 1;

export const newTraceId = (): string => randomBytes(16).toString('hex');

/** @param text of a header, or the bare id of a trace; undefined: neither. */
export function readTraceparent(text: unknown): TraceIds | undefined {
  if (typeof text !== 'string') return undefined;
  const [, traceId = '', spanId = '', flags = ''] = whole.exec(text) ?? [];
  if (traceId === '') return bare.test(text) && !zeros.test(text) ? { traceId: text } : undefined;
  if (zeros.test(traceId) || zeros.test(spanId)) return undefined;
  return { traceId, spanId, sampled: (parseInt(flags, 16) & SAMPLED) !== 0 };
}

/** @returns the bare id where there is no span to name, '' where there is no trace. */
export function writeTraceparent({ traceId = '', spanId, sampled }: Partial<TraceIds>): string {
  return spanId ? `00-${traceId}-${spanId}-${flagsOf({ sampled })}` : traceId;
}

export const flagsOf = ({ sampled }: Pick<TraceIds, 'sampled'>): string => (sampled ? '01' : '00');
