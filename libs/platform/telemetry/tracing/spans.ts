// Spans of our own at our own seams. Their names and attributes hold ids, numbers and names of ours:
// never what a tenant has written, so not the message of an error either.

import {
  type Attributes,
  type Context,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Tracer,
} from '@opentelemetry/api';
import { Failure } from '#failure/failure.js';
import { currentContext, withContext } from '../../log/context.js';
import type { OpenSpan } from './open-span.js';
import type { TraceIds } from './traceparent.js';

export { SpanKind };

export interface SpanOptions {
  readonly kind?: SpanKind;
  readonly attributes?: Attributes;
  /** Who asked for the work. Default: whoever is at work. */
  readonly parent?: Partial<TraceIds> | undefined;
  /** Of the epoch in ms, where it began before now. */
  readonly startTime?: number;
}

/**
 * Not registered as the process's own: libraries that know OpenTelemetry would tell it of statements
 * and keys.
 */
let tracer: Tracer | undefined;

/** @param to undefined: no spans are made any more. */
export function makeSpansBy(to: Tracer | undefined): void {
  tracer = to;
}

/** Whether spans are made. */
export const tracing = (): boolean => tracer !== undefined;

/** Tells nothing. */
export const noSpan: OpenSpan = { ids: {}, set() {}, event() {}, fail() {}, end() {} };

export function startSpan(name: string, options: SpanOptions = {}): OpenSpan {
  return tracer
    ? new KeptSpan(openSpan(tracer, name, options))
    : { ...noSpan, ids: options.parent ?? {} };
}

function openSpan(by: Tracer, name: string, { parent, ...options }: SpanOptions): Span {
  return by.startSpan(name, options, contextOf(parent ?? currentContext()));
}

/** Of what is over. @param options times in ms of the epoch */
export function pastSpan(
  name: string,
  { endTime, ...options }: SpanOptions & { readonly endTime: number },
): void {
  if (tracer) openSpan(tracer, name, options).end(endTime);
}

/** The span is at work for all that `work` does, and ends with it. @throws what `work` does */
export async function inSpan<T>(
  name: string,
  options: SpanOptions,
  work: (span: OpenSpan) => Promise<T>,
): Promise<T> {
  const span = startSpan(name, options);
  try {
    const result = await within(span, () => work(span));
    span.end();
    return result;
  } catch (error) {
    span.end(error);
    throw error;
  }
}

/** Runs `work` below a span, which ends at another time. */
export const within = <T>(span: OpenSpan, work: () => T): T =>
  withContext({ ...span.ids, span }, work);

/** Something of note in the span that is at work. */
export const noteEvent = (name: string, attributes?: Attributes): void =>
  currentContext().span?.event(name, attributes);

class KeptSpan implements OpenSpan {
  readonly ids: TraceIds;

  constructor(private readonly span: Span) {
    const { traceId, spanId, traceFlags } = span.spanContext();
    this.ids = { traceId, spanId, sampled: (traceFlags & TraceFlags.SAMPLED) !== 0 };
  }

  set(attributes: Attributes): void {
    this.span.setAttributes(attributes);
  }

  event(name: string, attributes?: Attributes): void {
    this.span.addEvent(name, attributes);
  }

  fail(type: string): void {
    this.span.setAttribute('error.type', type);
    this.span.setStatus({ code: SpanStatusCode.ERROR });
  }

  end(error?: unknown): void {
    if (!this.span.isRecording()) return;
    if (error !== undefined) this.fail(Failure.of(error).type);
    this.span.end();
  }
}

/** Of a trace without a span, as jobs of release 0.1 have: one that nobody has told stands for it. */
function contextOf({ traceId, spanId, sampled = true }: Partial<TraceIds>): Context {
  if (!traceId) return ROOT_CONTEXT;
  return trace.setSpanContext(ROOT_CONTEXT, {
    traceId,
    spanId: spanId ?? traceId.slice(16),
    traceFlags: sampled ? TraceFlags.SAMPLED : TraceFlags.NONE,
    isRemote: true,
  });
}
