// Calls lethe.inference.v1 on any number of servers: deadline, cancellation, balancing and trace id
// on every call.

import {
  experimental,
  Metadata,
  status,
  type CallOptions,
  type ClientReadableStream,
  type ClientUnaryCall,
  type ServiceError,
} from '@grpc/grpc-js';
import type { BaseModel__Output } from '#contracts/generated/lethe/inference/v1/BaseModel.js';
import type { CountTokensRequest } from '#contracts/generated/lethe/inference/v1/CountTokensRequest.js';
import type { CountTokensResponse__Output } from '#contracts/generated/lethe/inference/v1/CountTokensResponse.js';
import type { EmbedRequest } from '#contracts/generated/lethe/inference/v1/EmbedRequest.js';
import type { EmbedResponse__Output } from '#contracts/generated/lethe/inference/v1/EmbedResponse.js';
import type { GenerateChunk__Output } from '#contracts/generated/lethe/inference/v1/GenerateChunk.js';
import type { GenerateRequest } from '#contracts/generated/lethe/inference/v1/GenerateRequest.js';
import type { InferenceClient as Stub } from '#contracts/generated/lethe/inference/v1/Inference.js';
import type { ListModelsResponse__Output } from '#contracts/generated/lethe/inference/v1/ListModelsResponse.js';
import type { ScoreRequest } from '#contracts/generated/lethe/inference/v1/ScoreRequest.js';
import type { ScoreResponse__Output } from '#contracts/generated/lethe/inference/v1/ScoreResponse.js';
import type { TokenizeRequest } from '#contracts/generated/lethe/inference/v1/TokenizeRequest.js';
import type { TokenizeResponse__Output } from '#contracts/generated/lethe/inference/v1/TokenizeResponse.js';
import type { InferenceClientEnv } from '../config/grpc-env.js';
import { currentContext } from '../log/context.js';
import type { Logger } from '../log/logger.js';
import type { GrpcMetrics } from '../telemetry/grpc-metrics.js';
import { Attempts } from './attempts.js';
import { tellTrace } from './call-trace.js';
import { CertificateFiles } from './certificate-files.js';
import { ClaimIssuer } from './claim-issuer.js';
import { CLAIM } from './claim.js';
import { answerKey, homeKey } from './homes/home-key.js';
import { HOME } from './homes/home-picker.js';
import type { InferencePool } from './inference-pool.js';
import { InferencePools } from './inference-pools.js';
import { MovedDecoding } from './moved-decoding.js';
import { Retelling } from './retelling.js';
import { RpcError } from './rpc-error.js';
import { isUnseen, type SharedPictures } from './shared-pictures.js';

export interface CallLimits {
  readonly signal?: AbortSignal;
  /** Of the whole call, in ms, beside what it is held for a replica to come. */
  readonly timeoutMs?: number;
  /** Whether an answer that has begun ends with its server, in UNAVAILABLE. Absent: it goes on at another. */
  readonly stays?: boolean;
  /** Of several calls whose prompts show the same ones. Absent: each brings its own. */
  readonly pictures?: SharedPictures | undefined;
}

export interface InferenceClientOptions {
  /**
   * host:port; a name that resolves to several addresses is balanced over all of them, and so is
   * ipv4:host:port,host:port.
   */
  readonly url: string;
  /** Of other replicas, by the base models that they alone are asked about. */
  readonly pools?: ReadonlyMap<string, string>;
  /** How long a call waits for a replica where there is none. */
  readonly holdMs?: number;
  /** Shown to the server, and its own judged by. */
  readonly certificates: CertificateFiles;
  /** Signs for which tenant a call is made. */
  readonly claims: ClaimIssuer;
  readonly log: Logger;
  readonly metrics?: GrpcMetrics;
}

const TIMEOUT = {
  Generate: 300_000,
  Score: 300_000,
  Embed: 300_000,
  CountTokens: 60_000,
  Tokenize: 60_000,
  Forget: 5000,
  ListModels: 5000,
};
type Method = keyof typeof TIMEOUT;

/** Begins a call. */
type Send<R> = (
  data: Metadata,
  options: CallOptions,
  reply: (error: ServiceError | null, value?: R) => void,
) => ClientUnaryCall;

/** Every method rejects with RpcError alone. */
export class InferenceClient {
  private readonly pools: InferencePools;
  /** What each pool has told. */
  private readonly listed = new Map<InferencePool, BaseModel__Output[]>();

  constructor(private readonly options: InferenceClientOptions) {
    const { url, pools = new Map(), holdMs = 0, certificates, log, metrics } = options;
    const credentials = experimental.createCertificateProviderChannelCredentials(
      certificates,
      certificates,
    );
    const held = (pool: string, calls: number): void => metrics?.hold(pool, calls);
    this.pools = new InferencePools(url, pools, { credentials, log, holdMs, held });
  }

  /** Of a service's settings. @throws EnvError */
  static open(
    service: string,
    env: InferenceClientEnv,
    log: Logger,
    metrics?: GrpcMetrics,
  ): InferenceClient {
    return new InferenceClient({
      url: env.INFERENCE_URL,
      pools: env.INFERENCE_POOLS,
      holdMs: env.INFERENCE_HOLD_MS,
      certificates: new CertificateFiles(env, log),
      claims: ClaimIssuer.open(service, env.CLAIM_SIGNING_KEY),
      log,
      metrics,
    });
  }

  /**
   * Leaving the loop early cancels the call on the server. Where a server ends, the answer goes on at
   * another: from its first token, or from those that were told. An answer from a knowledge base tells no
   * tokens: it is made anew, and goes on where it is the same.
   * @param tenant its id.
   */
  async *generate(
    tenant: string,
    request: GenerateRequest,
    limits: CallLimits = {},
  ): AsyncGenerator<GenerateChunk__Output, void, undefined> {
    const pool = this.pools.of(request.model?.base);
    const told: number[] = [...(request.resume ?? [])];
    const decoding = new MovedDecoding();
    const retelling = request.knowledge ? new Retelling() : undefined;
    let isTold = false;
    let mayMove = true;
    let isOver = false;
    for (const attempts = attemptsAt('Generate', pool, limits); ;) {
      try {
        const options = await attempts.next();
        const asked = told.length > 0 ? { ...request, resume: told } : request;
        for await (const chunk of this.generateOnce(tenant, asked, options, limits)) {
          const untold = retelling ? retelling.add(chunk) : chunk;
          told.push(...chunk.tokenIds);
          isTold ||= chunk.text !== '' || chunk.tokenIds.length > 0;
          // Without its tokens, nobody could go on after it.
          isOver ||= chunk.finishReason !== '';
          mayMove &&= !!retelling || chunk.text === '' || chunk.tokenIds.length > 0;
          if (untold) yield decoding.add(untold);
        }
        return;
      } catch (error) {
        if (isOver) return;
        if (isTold && (limits.stays || !mayMove || retelling?.differs)) throw error;
        await attempts.after(error);
        if (retelling) retelling.move();
        else decoding.move();
        this.options.log.info({ tokens: told.length }, 'an answer goes on at another server');
      }
    }
  }

  private async *generateOnce(
    tenant: string,
    request: GenerateRequest,
    options: CallOptions,
    limits: CallLimits,
  ): AsyncGenerator<GenerateChunk__Output, void, undefined> {
    const { pictures } = limits;
    const key = answerKey(tenant, request);
    const send = (asked: GenerateRequest, onMetadata?: () => void) =>
      this.stream(tenant, key, asked, options, limits, onMetadata);
    if (!pictures || request.resume?.length) return void (yield* send(request));
    if (pictures.bring()) {
      try {
        // A server says that it has looked at them by what it sends before an answer.
        return void (yield* send(request, () => pictures.end()));
      } finally {
        pictures.end();
      }
    }
    try {
      yield* send(await pictures.named(request));
    } catch (error) {
      if (!isUnseen(error)) throw error;
      yield* send(request);
    }
  }

  private async *stream(
    tenant: string,
    key: string | undefined,
    request: GenerateRequest,
    options: CallOptions,
    limits: CallLimits,
    onMetadata: (() => void) | undefined,
  ): AsyncGenerator<GenerateChunk__Output, void, undefined> {
    const data = await this.metadataFor(tenant, key);
    const started = performance.now();
    const { stub } = this.pools.of(request.model?.base);
    const call = stub.Generate(request, data, options);
    if (onMetadata) call.on('metadata', onMetadata);
    const release = cancelOnAbort(call, limits.signal);
    let code = status.OK;
    try {
      yield* call as AsyncIterable<GenerateChunk__Output>;
    } catch (error) {
      const failure = this.failure(error);
      code = failure.code;
      throw failure;
    } finally {
      release();
      call.cancel();
      this.observe('Generate', code, started);
    }
  }

  /** @param tenant its id. */
  async score(
    tenant: string,
    request: ScoreRequest,
    limits: CallLimits = {},
  ): Promise<ScoreResponse__Output> {
    const data = () => this.metadataFor(tenant, request.model && homeKey(request.model));
    const pool = this.pools.of(request.model?.base);
    return this.unary('Score', pool, limits, data, (...sent) => pool.stub.Score(request, ...sent));
  }

  /** @param tenant its id. */
  async embed(
    tenant: string,
    request: EmbedRequest,
    limits: CallLimits = {},
  ): Promise<EmbedResponse__Output> {
    const data = () => this.metadataFor(tenant, request.model && homeKey(request.model));
    const pool = this.pools.of(request.model?.base);
    return this.unary('Embed', pool, limits, data, (...sent) => pool.stub.Embed(request, ...sent));
  }

  /** @param tenant its id. */
  async countTokens(
    tenant: string,
    request: CountTokensRequest,
    limits: CallLimits = {},
  ): Promise<CountTokensResponse__Output> {
    const data = () => this.metadataFor(tenant);
    const pool = this.pools.of(request.base);
    return this.unary('CountTokens', pool, limits, data, (...sent) =>
      pool.stub.CountTokens(request, ...sent),
    );
  }

  /** @param tenant its id. */
  async tokenize(
    tenant: string,
    request: TokenizeRequest,
    limits: CallLimits = {},
  ): Promise<TokenizeResponse__Output> {
    const data = () => this.metadataFor(tenant);
    const pool = this.pools.of(request.base);
    return this.unary('Tokenize', pool, limits, data, (...sent) =>
      pool.stub.Tokenize(request, ...sent),
    );
  }

  /**
   * Each model as the pool that is asked about it has it, or had it before it was scaled to zero. Pools
   * that do not answer are left out where others do.
   * @param bases to know of: then it rejects where a pool of theirs does not answer, as what is not
   * listed is not there.
   */
  async listModels(
    limits: CallLimits = {},
    bases?: readonly string[],
  ): Promise<ListModelsResponse__Output> {
    const pools = bases ? this.pools.ofAll(bases) : this.pools.all;
    const lists = await Promise.allSettled(pools.map((pool) => this.listPool(pool, limits)));
    const failed = lists.filter((list) => list.status === 'rejected');
    if (failed[0] && (bases || failed.length === lists.length)) throw failed[0].reason;
    const models = lists.flatMap((list) => (list.status === 'fulfilled' ? list.value : []));
    return { models: models.toSorted((one, other) => (one.name < other.name ? -1 : 1)) };
  }

  private async listPool(pool: InferencePool, limits: CallLimits): Promise<BaseModel__Output[]> {
    const known = this.listed.get(pool);
    if (known && (await pool.isAtZero())) return known;
    const { models } = await this.unary<ListModelsResponse__Output>(
      'ListModels',
      pool,
      limits,
      metadata,
      (...sent) => pool.stub.ListModels({}, ...sent),
    );
    const own = models.filter(({ name }) => this.pools.of(name) === pool);
    this.listed.set(pool, own);
    return own;
  }

  /**
   * Has every server drop what it keeps of a tenant's prompts and answers. One that answers no call has
   * no connection to be asked on: it is named in the log.
   */
  async forget(tenant: string): Promise<void> {
    const data = await this.metadataFor(tenant);
    const forget = async (server: Stub, address: string): Promise<void> => {
      const send = (reply: Parameters<Send<unknown>>[2]): ClientUnaryCall =>
        server.Forget({}, data, { deadline: Date.now() + TIMEOUT.Forget }, reply);
      const asked = this.unaryOnce('Forget', {}, send);
      await asked.catch((error: RpcError) => {
        if (error.code !== status.UNAVAILABLE) throw error;
        this.options.log.warn({ address }, 'a server of inference was not there to forget');
      });
    };
    await Promise.all(this.pools.all.map((pool) => pool.each(forget)));
  }

  /** For health checks: rejects while no server of any pool says that it serves, nor would be started. */
  async check(): Promise<void> {
    const checks = await Promise.allSettled(this.pools.all.map((pool) => this.checkPool(pool)));
    const [failed] = checks.filter((check) => check.status === 'rejected');
    if (failed && checks.every((check) => check.status === 'rejected')) throw failed.reason;
  }

  private async checkPool(pool: InferencePool): Promise<void> {
    if (await pool.isAtZero()) return;
    const serving = await pool.isServing(metadata()).catch((error: unknown) => {
      throw this.failure(error);
    });
    if (!serving) throw new RpcError(status.UNAVAILABLE, 'inference is not ready');
  }

  /** For health checks: 'ok', or which servers do not answer. */
  replicas(): Promise<string> {
    return this.pools.report();
  }

  close(): void {
    this.pools.close();
  }

  /** Asks another server where one ends before it has answered, within the time of one call. */
  private async unary<R>(
    method: Method,
    pool: InferencePool,
    limits: CallLimits,
    metadataOf: () => Metadata | Promise<Metadata>,
    send: Send<R>,
  ): Promise<R> {
    for (const attempts = attemptsAt(method, pool, limits); ;) {
      try {
        const options = await attempts.next();
        const data = await metadataOf();
        return await this.unaryOnce(method, limits, (reply) => send(data, options, reply));
      } catch (error) {
        await attempts.after(error);
      }
    }
  }

  private unaryOnce<R>(
    method: Method,
    { signal }: CallLimits,
    start: (reply: Parameters<Send<R>>[2]) => ClientUnaryCall,
  ): Promise<R> {
    const started = performance.now();
    return new Promise((resolve, reject) => {
      let release: (() => void) | undefined;
      const call = start((error, value) => {
        release?.();
        this.observe(method, error?.code ?? status.OK, started);
        if (error) reject(this.failure(error));
        else if (value === undefined) reject(new RpcError(status.INTERNAL, `${method}: no reply`));
        else resolve(value);
      });
      release = cancelOnAbort(call, signal);
    });
  }

  /** @param home of what a replica has to have in memory. */
  private async metadataFor(tenant: string, home?: string | null): Promise<Metadata> {
    const data = metadata();
    if (home) data.set(HOME, home);
    data.set(CLAIM, `Bearer ${await this.options.claims.sign(tenant)}`);
    return data;
  }

  private observe(method: string, code: status, started: number): void {
    this.options.metrics?.observe('client', method, code, (performance.now() - started) / 1000);
  }

  /** Why there is no connection is the operator's to know: a certificate, a name, a port. */
  private failure(error: unknown): RpcError {
    const failure = RpcError.fromWire(error);
    if (failure.code === status.UNAVAILABLE)
      this.options.log.warn(
        { reason: (error as ServiceError).details },
        'inference is unavailable',
      );
    return failure;
  }
}

function metadata(): Metadata {
  const data = new Metadata();
  tellTrace(data, currentContext());
  return data;
}

const attemptsAt = (
  method: Method,
  pool: InferencePool,
  { timeoutMs = TIMEOUT[method], signal }: CallLimits,
): Attempts => new Attempts(pool, timeoutMs, signal);

function cancelOnAbort(
  call: ClientReadableStream<unknown> | ClientUnaryCall,
  signal?: AbortSignal,
): () => void {
  const cancel = (): void => call.cancel();
  if (signal?.aborted) cancel();
  signal?.addEventListener('abort', cancel, { once: true });
  return () => signal?.removeEventListener('abort', cancel);
}
