// Calls lethe.inference.v1 on any number of servers: deadline, cancellation, balancing and trace id
// on every call.

import {
  Client,
  credentials,
  Metadata,
  status,
  type CallOptions,
  type Channel,
  type ClientReadableStream,
  type ClientUnaryCall,
  type ServiceError,
} from '@grpc/grpc-js';
import { service as healthService } from 'grpc-health-check';
import { required } from '#collections/required.js';
import type { CountTokensRequest } from '#contracts/generated/lethe/inference/v1/CountTokensRequest.js';
import type { CountTokensResponse__Output } from '#contracts/generated/lethe/inference/v1/CountTokensResponse.js';
import type { GenerateChunk__Output } from '#contracts/generated/lethe/inference/v1/GenerateChunk.js';
import type { GenerateRequest } from '#contracts/generated/lethe/inference/v1/GenerateRequest.js';
import type { InferenceClient as Stub } from '#contracts/generated/lethe/inference/v1/Inference.js';
import type { ListModelsResponse__Output } from '#contracts/generated/lethe/inference/v1/ListModelsResponse.js';
import type { ScoreRequest } from '#contracts/generated/lethe/inference/v1/ScoreRequest.js';
import type { ScoreResponse__Output } from '#contracts/generated/lethe/inference/v1/ScoreResponse.js';
import { currentContext } from '../log/context.js';
import type { GrpcMetrics } from '../telemetry/grpc-metrics.js';
import { Inference, INFERENCE_SERVICE, MAX_MESSAGE, TRACE_KEY } from './inference-proto.js';
import { RpcError } from './rpc-error.js';

export interface CallLimits {
  readonly signal?: AbortSignal;
  /** Of the whole call, in ms. */
  readonly timeoutMs?: number;
}

export interface InferenceClientOptions {
  /** host:port; a name that resolves to several addresses is balanced over all of them. */
  readonly url: string;
  readonly metrics?: GrpcMetrics;
}

const TIMEOUT = {
  generate: 300_000,
  score: 300_000,
  countTokens: 60_000,
  listModels: 5000,
  check: 2000,
};

const CHANNEL = {
  'grpc.service_config': JSON.stringify({ loadBalancingConfig: [{ round_robin: {} }] }),
  'grpc.keepalive_time_ms': 20_000,
  'grpc.keepalive_timeout_ms': 10_000,
  // A server that was restarted is found again at once, not after gRPC's usual two minutes.
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.min_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 2000,
  'grpc.max_receive_message_length': MAX_MESSAGE,
  'grpc.max_send_message_length': MAX_MESSAGE,
};

/** Every method rejects with RpcError alone. */
export class InferenceClient {
  private readonly stub: Stub;
  private readonly health: Client;
  private readonly metrics?: GrpcMetrics;

  constructor({ url, metrics }: InferenceClientOptions) {
    this.stub = new Inference(
      url.includes('//') ? url : `dns:///${url}`,
      credentials.createInsecure(),
      CHANNEL,
    );
    this.health = new Client(url, credentials.createInsecure(), {
      channelOverride: this.stub.getChannel() as Channel,
    });
    this.metrics = metrics;
  }

  /** Leaving the loop early cancels the call on the server. */
  async *generate(
    request: GenerateRequest,
    limits: CallLimits = {},
  ): AsyncGenerator<GenerateChunk__Output, void, undefined> {
    const started = performance.now();
    const call = this.stub.Generate(request, metadata(), callOptions(limits, TIMEOUT.generate));
    const release = cancelOnAbort(call, limits.signal);
    let code = status.OK;
    try {
      yield* call as AsyncIterable<GenerateChunk__Output>;
    } catch (error) {
      const failure = RpcError.fromWire(error);
      code = failure.code;
      throw failure;
    } finally {
      release();
      call.cancel();
      this.metrics?.observe('client', 'Generate', code, (performance.now() - started) / 1000);
    }
  }

  score(request: ScoreRequest, limits: CallLimits = {}): Promise<ScoreResponse__Output> {
    return this.unary('Score', limits, (reply) =>
      this.stub.Score(request, metadata(), callOptions(limits, TIMEOUT.score), reply),
    );
  }

  countTokens(
    request: CountTokensRequest,
    limits: CallLimits = {},
  ): Promise<CountTokensResponse__Output> {
    return this.unary('CountTokens', limits, (reply) =>
      this.stub.CountTokens(request, metadata(), callOptions(limits, TIMEOUT.countTokens), reply),
    );
  }

  listModels(limits: CallLimits = {}): Promise<ListModelsResponse__Output> {
    return this.unary('ListModels', limits, (reply) =>
      this.stub.ListModels({}, metadata(), callOptions(limits, TIMEOUT.listModels), reply),
    );
  }

  /** For health checks: rejects while no server says that it serves. */
  check(): Promise<void> {
    const { requestSerialize, responseDeserialize } = required(healthService, 'Check');
    return new Promise((resolve, reject) => {
      this.health.makeUnaryRequest(
        '/grpc.health.v1.Health/Check',
        requestSerialize,
        responseDeserialize as (bytes: Buffer) => { status: string },
        { service: INFERENCE_SERVICE },
        metadata(),
        { deadline: Date.now() + TIMEOUT.check },
        (error: ServiceError | null, answer?: { status: string }) => {
          if (error) reject(RpcError.fromWire(error));
          else if (answer?.status !== 'SERVING')
            reject(new RpcError(status.UNAVAILABLE, 'inference is not ready'));
          else resolve();
        },
      );
    });
  }

  close(): void {
    this.stub.close();
  }

  private unary<R>(
    method: string,
    { signal }: CallLimits,
    start: (reply: (error: ServiceError | null, value?: R) => void) => ClientUnaryCall,
  ): Promise<R> {
    const started = performance.now();
    return new Promise((resolve, reject) => {
      let release: (() => void) | undefined;
      const call = start((error, value) => {
        release?.();
        this.metrics?.observe(
          'client',
          method,
          error?.code ?? status.OK,
          (performance.now() - started) / 1000,
        );
        if (error) reject(RpcError.fromWire(error));
        else if (value === undefined) reject(new RpcError(status.INTERNAL, `${method}: no reply`));
        else resolve(value);
      });
      release = cancelOnAbort(call, signal);
    });
  }
}

function metadata(): Metadata {
  const data = new Metadata();
  const { traceId } = currentContext();
  if (traceId) data.set(TRACE_KEY, traceId);
  return data;
}

const callOptions = ({ timeoutMs }: CallLimits, usual: number): CallOptions => ({
  deadline: Date.now() + (timeoutMs ?? usual),
});

function cancelOnAbort(
  call: ClientReadableStream<unknown> | ClientUnaryCall,
  signal?: AbortSignal,
): () => void {
  const cancel = (): void => call.cancel();
  if (signal?.aborted) cancel();
  signal?.addEventListener('abort', cancel, { once: true });
  return () => signal?.removeEventListener('abort', cancel);
}
