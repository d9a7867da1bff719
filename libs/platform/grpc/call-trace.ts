// The trace of a call: a span on each side, and what tells the server whose it is.

import {
  InterceptingCall,
  type Interceptor,
  type Metadata,
  type StatusObject,
  status,
} from '@grpc/grpc-js';
import type { OpenSpan } from '../telemetry/tracing/open-span.js';
import { SpanKind, startSpan, tracing } from '../telemetry/tracing/spans.js';
import {
  readTraceparent,
  type TraceIds,
  TRACEPARENT,
  writeTraceparent,
} from '../telemetry/tracing/traceparent.js';
import { INFERENCE_SERVICE, TRACE_KEY } from './inference-proto.js';

/** In the metadata of a call: servers of release 0.1 read the bare id. */
export function tellTrace(data: Metadata, ids: Partial<TraceIds>): void {
  if (!ids.traceId) return;
  data.set(TRACE_KEY, ids.traceId);
  if (ids.spanId) data.set(TRACEPARENT, writeTraceparent(ids));
}

export function askedBy(data: Metadata): Partial<TraceIds> {
  const [traceId = ''] = data.get(TRACE_KEY);
  return readTraceparent(data.get(TRACEPARENT)[0]) ?? { traceId: String(traceId) };
}

export const rpcAttributes = (method: string) => ({
  'rpc.system.name': 'grpc',
  'rpc.method': `${INFERENCE_SERVICE}/${method}`,
});

export function endCall(span: OpenSpan, code: status): void {
  span.set({ 'rpc.response.status_code': status[code] });
  if (code !== status.OK) span.fail(status[code]);
  span.end();
}

/** Interceptors of a client: none where no spans are made. */
export const tracedCalls = (): Interceptor[] => (tracing() ? [traced] : []);

/** Every try of a call is one of its own, to whichever server it goes. */
const traced: Interceptor = (options, nextCall) => {
  const path = options.method_definition.path.slice(1);
  const span = startSpan(path, {
    kind: SpanKind.CLIENT,
    attributes: rpcAttributes(path.slice(path.lastIndexOf('/') + 1)),
  });
  return new InterceptingCall(nextCall(options), {
    start(metadata, _listener, next) {
      tellTrace(metadata, span.ids);
      next(metadata, {
        onReceiveStatus(result: StatusObject, forward) {
          endCall(span, result.code);
          forward(result);
        },
      });
    },
  });
};
