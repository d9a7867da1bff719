// Serves lethe.inference.v1 with health, cancellation, back-pressure and a graceful end.

import {
  experimental,
  Server,
  type ServerCredentials,
  type ServerUnaryCall,
  type ServerWritableStream,
  status,
  type sendUnaryData,
} from '@grpc/grpc-js';
import { HealthImplementation } from 'grpc-health-check';
import { setTimeout as delay } from 'node:timers/promises';
import type { CountTokensRequest__Output } from '#contracts/generated/lethe/inference/v1/CountTokensRequest.js';
import type { CountTokensResponse } from '#contracts/generated/lethe/inference/v1/CountTokensResponse.js';
import type { EmbedRequest__Output } from '#contracts/generated/lethe/inference/v1/EmbedRequest.js';
import type { EmbedResponse } from '#contracts/generated/lethe/inference/v1/EmbedResponse.js';
import type { ForgetRequest__Output } from '#contracts/generated/lethe/inference/v1/ForgetRequest.js';
import type { ForgetResponse } from '#contracts/generated/lethe/inference/v1/ForgetResponse.js';
import type { GenerateChunk } from '#contracts/generated/lethe/inference/v1/GenerateChunk.js';
import type { GenerateRequest__Output } from '#contracts/generated/lethe/inference/v1/GenerateRequest.js';
import type { ListModelsRequest__Output } from '#contracts/generated/lethe/inference/v1/ListModelsRequest.js';
import type { ListModelsResponse } from '#contracts/generated/lethe/inference/v1/ListModelsResponse.js';
import type { ScoreRequest__Output } from '#contracts/generated/lethe/inference/v1/ScoreRequest.js';
import type { ScoreResponse } from '#contracts/generated/lethe/inference/v1/ScoreResponse.js';
import type { TokenizeRequest__Output } from '#contracts/generated/lethe/inference/v1/TokenizeRequest.js';
import type { TokenizeResponse } from '#contracts/generated/lethe/inference/v1/TokenizeResponse.js';
import type { Logger } from '../log/logger.js';
import type { GrpcMetrics } from '../telemetry/grpc-metrics.js';
import type { CertificateFiles } from './certificate-files.js';
import { certifiedCallers } from './certified-callers.js';
import type { ClaimVerifier } from './claim-verifier.js';
import { INFERENCE_SERVICE, Inference, MAX_MESSAGE } from './inference-proto.js';
import { RpcError } from './rpc-error.js';
import { serveStream, serveUnary, type CallContext, type ServeOptions } from './serve-call.js';

export interface InferenceHandlers {
  generate(request: GenerateRequest__Output, call: CallContext): AsyncIterable<GenerateChunk>;
  score(request: ScoreRequest__Output, call: CallContext): Promise<ScoreResponse>;
  embed(request: EmbedRequest__Output, call: CallContext): Promise<EmbedResponse>;
  countTokens(request: CountTokensRequest__Output, call: CallContext): Promise<CountTokensResponse>;
  tokenize(request: TokenizeRequest__Output, call: CallContext): Promise<TokenizeResponse>;
  forget(request: ForgetRequest__Output, call: CallContext): Promise<ForgetResponse>;
  listModels(request: ListModelsRequest__Output, call: CallContext): Promise<ListModelsResponse>;
}

export interface InferenceServerOptions {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  readonly log: Logger;
  readonly handlers: InferenceHandlers;
  /** Shown to callers, and theirs judged by. */
  readonly certificates: CertificateFiles;
  /** By which callers prove for whom they call. */
  readonly claims: ClaimVerifier;
  readonly metrics?: GrpcMetrics;
}

export interface RunningServer {
  readonly port: number;
  /** What health checks answer; serving from the start. */
  setServing(serving: boolean): void;
  /**
   * Takes no more calls and waits up to `deadline` ms for those at work; the rest are answered
   * UNAVAILABLE, so that their callers go on at another server.
   */
  drain(deadline: number): Promise<void>;
}

export async function startInferenceServer(
  options: InferenceServerOptions,
): Promise<RunningServer> {
  const server = new Server({
    'grpc.max_receive_message_length': MAX_MESSAGE,
    'grpc.max_send_message_length': MAX_MESSAGE,
    'grpc.keepalive_time_ms': 20_000,
    'grpc.keepalive_timeout_ms': 10_000,
    // Certificates are looked at when a connection begins: none outlives its own for long.
    'grpc.max_connection_age_ms': 600_000,
    interceptors: [certifiedCallers(options.log)],
  });
  const leaving = new AbortController();
  addInference(server, options, leaving.signal);
  const health = new HealthImplementation({ '': 'SERVING', [INFERENCE_SERVICE]: 'SERVING' });
  health.addToServer(server);
  const setServing = (serving: boolean): void => {
    for (const name of ['', INFERENCE_SERVICE])
      health.setStatus(name, serving ? 'SERVING' : 'NOT_SERVING');
  };
  // Who shows no certificate of our authority has a connection all the same, to be answered on.
  const credentials = experimental.createCertificateProviderServerCredentials(
    options.certificates,
    options.certificates,
    false,
  );
  const port = await bind(server, `${options.host}:${options.port}`, credentials);
  return {
    port,
    setServing,
    drain(deadline) {
      setServing(false);
      return drain(server, leaving, deadline);
    },
  };
}

function addInference(server: Server, options: InferenceServerOptions, leaving: AbortSignal): void {
  const { handlers, log, metrics, claims } = options;
  const serve: ServeOptions = { log, metrics, claims, leaving };
  server.addService(Inference.service, {
    Generate: (call: ServerWritableStream<GenerateRequest__Output, GenerateChunk>) =>
      serveStream('Generate', call, (context) => handlers.generate(call.request, context), serve),
    Score: (
      call: ServerUnaryCall<ScoreRequest__Output, ScoreResponse>,
      reply: sendUnaryData<ScoreResponse>,
    ) =>
      serveUnary('Score', call, reply, (context) => handlers.score(call.request, context), serve),
    Embed: (
      call: ServerUnaryCall<EmbedRequest__Output, EmbedResponse>,
      reply: sendUnaryData<EmbedResponse>,
    ) =>
      serveUnary('Embed', call, reply, (context) => handlers.embed(call.request, context), serve),
    CountTokens: (
      call: ServerUnaryCall<CountTokensRequest__Output, CountTokensResponse>,
      reply: sendUnaryData<CountTokensResponse>,
    ) =>
      serveUnary(
        'CountTokens',
        call,
        reply,
        (context) => handlers.countTokens(call.request, context),
        serve,
      ),
    Tokenize: (
      call: ServerUnaryCall<TokenizeRequest__Output, TokenizeResponse>,
      reply: sendUnaryData<TokenizeResponse>,
    ) =>
      serveUnary(
        'Tokenize',
        call,
        reply,
        (context) => handlers.tokenize(call.request, context),
        serve,
      ),
    Forget: (
      call: ServerUnaryCall<ForgetRequest__Output, ForgetResponse>,
      reply: sendUnaryData<ForgetResponse>,
    ) =>
      serveUnary('Forget', call, reply, (context) => handlers.forget(call.request, context), serve),
    ListModels: (
      call: ServerUnaryCall<ListModelsRequest__Output, ListModelsResponse>,
      reply: sendUnaryData<ListModelsResponse>,
    ) =>
      serveUnary(
        'ListModels',
        call,
        reply,
        (context) => handlers.listModels(call.request, context),
        { log, metrics, leaving },
      ),
  });
}

function bind(server: Server, address: string, credentials: ServerCredentials): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync(address, credentials, (error, port) =>
      error ? reject(error) : resolve(port),
    );
  });
}

/** How long refusals may take to reach their callers, in ms. */
const PARTING = 500;

async function drain(server: Server, leaving: AbortController, deadline: number): Promise<void> {
  const ended = new Promise<void>((resolve) => void server.tryShutdown(() => resolve()));
  if (await isIn(ended, deadline)) return;
  leaving.abort(new RpcError(status.UNAVAILABLE, 'the replica of inference is shutting down'));
  if (!(await isIn(ended, PARTING))) server.forceShutdown();
}

/** Whether it ends in so many ms. */
async function isIn(ended: Promise<void>, ms: number): Promise<boolean> {
  const late = new AbortController();
  try {
    return await Promise.race([ended.then(() => true), delay(ms, false, { signal: late.signal })]);
  } finally {
    late.abort();
  }
}
