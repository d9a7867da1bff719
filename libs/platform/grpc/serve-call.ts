// One call on the server's side: who it is for, when to stop, and what its end looks like on the
// wire.

import {
  Metadata,
  status,
  type sendUnaryData,
  type ServerUnaryCall,
  type ServerWritableStream,
} from '@grpc/grpc-js';
import { once } from 'node:events';
import { Failure } from '#failure/failure.js';
import { withContext } from '../log/context.js';
import type { Logger } from '../log/logger.js';
import type { GrpcMetrics } from '../telemetry/grpc-metrics.js';
import { SpanKind, startSpan, within } from '../telemetry/tracing/spans.js';
import { askedBy, endCall, rpcAttributes } from './call-trace.js';
import type { ClaimVerifier } from './claim-verifier.js';
import { INFERENCE_SERVICE } from './inference-proto.js';
import { RpcError } from './rpc-error.js';

export interface CallContext {
  /** Aborted when the caller hung up, its deadline has passed, or the server must end. */
  readonly signal: AbortSignal;
  readonly traceId: string;
  readonly log: Logger;
  /** Id of the tenant that the caller has proved to work for; '' where a call is for none. */
  readonly tenant: string;
  /** Tells the caller that all that it brought has been read. Of streams alone. */
  readonly taken?: () => void;
}

export interface ServeOptions {
  readonly log: Logger;
  readonly metrics?: GrpcMetrics;
  /** Absent: the call is for no tenant. */
  readonly claims?: ClaimVerifier;
  /** Aborts, with what callers are to hear, where the server can wait for calls no longer. */
  readonly leaving: AbortSignal;
}

type Call = ServerUnaryCall<unknown, unknown> | ServerWritableStream<unknown, unknown>;

export async function serveUnary<R>(
  method: string,
  call: Call,
  reply: sendUnaryData<R>,
  work: (context: CallContext) => Promise<R>,
  options: ServeOptions,
): Promise<void> {
  await observed(
    method,
    call,
    options,
    async (context) => reply(null, await work(context)),
    (failure) => reply(failure.toWire()),
  );
}

export async function serveStream<R>(
  method: string,
  call: ServerWritableStream<never, R> | ServerWritableStream<any, R>,
  work: (context: CallContext) => AsyncIterable<R>,
  options: ServeOptions,
): Promise<void> {
  await observed(
    method,
    call,
    options,
    async (context) => {
      const taken = (): void => call.sendMetadata(new Metadata());
      for await (const message of work({ ...context, taken })) {
        context.signal.throwIfAborted();
        // A slow reader must not make us hold all that it has not read.
        if (!call.write(message)) await once(call, 'drain', { signal: context.signal });
      }
      call.end();
    },
    (failure) => void call.emit('error', failure.toWire()),
  );
}

async function observed(
  method: string,
  call: Call,
  { log, metrics, claims, leaving }: ServeOptions,
  work: (context: CallContext) => Promise<void>,
  refuse: (failure: RpcError) => void,
): Promise<void> {
  const controller = new AbortController();
  call.on('cancelled', () => controller.abort());
  const span = startSpan(`${INFERENCE_SERVICE}/${method}`, {
    kind: SpanKind.SERVER,
    parent: askedBy(call.metadata),
    attributes: rpcAttributes(method),
  });
  const { traceId = '' } = span.ids;
  const signal = AbortSignal.any([controller.signal, leaving]);
  const context = { signal, traceId, log };
  const started = performance.now();
  let code = status.OK;
  await within(span, async () => {
    try {
      const tenant = (await claims?.tenantOf(call.metadata)) ?? '';
      if (tenant) span.set({ 'lethe.tenant.id': tenant });
      await withContext({ tenantId: tenant || undefined }, () => work({ ...context, tenant }));
    } catch (error) {
      const failure = rpcError(error, context);
      refuse(failure);
      code = failure.code;
      if (code === status.UNAUTHENTICATED)
        log.warn({ peer: call.getPeer(), method, reason: failure.publicMessage }, 'call refused');
    }
  });
  endCall(span, code);
  metrics?.observe('server', method, code, (performance.now() - started) / 1000);
}

function rpcError(error: unknown, { signal, log }: Omit<CallContext, 'tenant'>): RpcError {
  if (error instanceof RpcError) return error;
  if (RpcError.isInstance(signal.reason)) return signal.reason;
  if (signal.aborted) return new RpcError(status.CANCELLED, 'the caller hung up');
  const failure = Failure.of(error);
  log.error({ err: failure }, 'call failed');
  return new RpcError(status.INTERNAL, 'the inference service failed; its log says where', failure);
}
