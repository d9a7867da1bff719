// One call on the server's side: who it is for, when to stop, and what its end looks like on the
// wire.

import {
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
import { TRACE_KEY } from './inference-proto.js';
import { RpcError } from './rpc-error.js';

export interface CallContext {
  /** Aborted when the caller hung up or its deadline has passed. */
  readonly signal: AbortSignal;
  readonly traceId: string;
  readonly log: Logger;
}

export interface ServeOptions {
  readonly log: Logger;
  readonly metrics?: GrpcMetrics;
}

type Call = ServerUnaryCall<unknown, unknown> | ServerWritableStream<unknown, unknown>;

export async function serveUnary<R>(
  method: string,
  call: Call,
  reply: sendUnaryData<R>,
  work: (context: CallContext) => Promise<R>,
  options: ServeOptions,
): Promise<void> {
  await observed(method, call, options, async (context) => {
    try {
      reply(null, await work(context));
      return status.OK;
    } catch (error) {
      const failure = rpcError(error, context);
      reply(failure.toWire());
      return failure.code;
    }
  });
}

export async function serveStream<R>(
  method: string,
  call: ServerWritableStream<never, R> | ServerWritableStream<any, R>,
  work: (context: CallContext) => AsyncIterable<R>,
  options: ServeOptions,
): Promise<void> {
  await observed(method, call, options, async (context) => {
    try {
      for await (const message of work(context)) {
        context.signal.throwIfAborted();
        // A slow reader must not make us hold all that it has not read.
        if (!call.write(message)) await once(call, 'drain', { signal: context.signal });
      }
      call.end();
      return status.OK;
    } catch (error) {
      const failure = rpcError(error, context);
      call.emit('error', failure.toWire());
      return failure.code;
    }
  });
}

async function observed(
  method: string,
  call: Call,
  { log, metrics }: ServeOptions,
  work: (context: CallContext) => Promise<status>,
) {
  const controller = new AbortController();
  call.on('cancelled', () => controller.abort());
  const traceId = String(call.metadata.get(TRACE_KEY)[0] ?? '');
  const { tenant: tenantId } = call.request as { tenant?: string };
  const started = performance.now();
  await withContext({ traceId, tenantId }, async () => {
    const code = await work({ signal: controller.signal, traceId, log });
    metrics?.observe('server', method, code, (performance.now() - started) / 1000);
  });
}

function rpcError(error: unknown, { signal, log }: CallContext): RpcError {
  if (error instanceof RpcError) return error;
  if (signal.aborted) return new RpcError(status.CANCELLED, 'the caller hung up');
  const failure = Failure.of(error);
  log.error({ err: failure }, 'call failed');
  return new RpcError(status.INTERNAL, 'the inference service failed; its log says where', failure);
}
