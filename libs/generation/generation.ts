// Generation and scoring as the rest of the project sees them; the model lives in a thread of its
// own.
import { Worker } from 'node:worker_threads';
import { revive } from '#failure/failure-data.js';
import { openCheckpoint } from '#models/checkpoints/checkpoint.js';
import type { Tokenizer } from '#models/text/tokenizer.js';
import type { AdapterFiles, ModelConfig } from '#models/types.js';
import type { Device } from '#runtime/compute.js';
import type { Score } from './batching/generator.js';
import { ChunkQueue } from './chunk-queue.js';
import { ContextLengthError } from './errors/context-length.error.js';
import { EngineClosedError } from './errors/engine-closed.error.js';
import { UnknownAdapterError } from './errors/unknown-adapter.error.js';
import type { Reply, Request, WorkerOptions } from './protocol.js';
import type { ScoreItem } from './running/score-batch.js';
import type { Chunk } from './running/sequence.js';

export interface EngineOptions {
  readonly modelPath: string;
  readonly threads: number;
  /** Absent: cpu. */
  readonly device?: Device;
  /** Sequences that run at once. */
  readonly maxBatch: number;
  /** Tokens of prompt and answer together; at most what the model was made for. */
  readonly maxContext?: number;
  /**
   * Whether matrices that the checkpoint stores in 16 bits stay so in memory, to the same bits and
   * more slowly. Absent: false.
   */
  readonly halfWeights?: boolean;
}

export interface GenerateRequest {
  readonly prompt: readonly number[];
  /** Id of a loaded adapter. */
  readonly adapter?: string;
  readonly maxTokens: number;
  /** 0, the default: greedy. */
  readonly temperature?: number;
  readonly topP?: number;
  readonly topK?: number;
  readonly stop?: readonly string[];
  readonly seed?: number;
  readonly signal?: AbortSignal;
}

const DEFAULT_CONTEXT = 2048;

interface Pending {
  reply(reply: Reply): void;
  fail(error: Error): void;
}

export class GenerationEngine {
  private readonly pending = new Map<number, Pending>();
  private readonly adapters = new Set<string>();
  private nextId = 1;
  private ended: EngineClosedError | undefined;

  private constructor(
    private readonly worker: Worker,
    readonly config: ModelConfig,
    readonly tokenizer: Tokenizer,
    readonly maxContext: number,
  ) {
    worker.on('message', (reply: Reply) => {
      if ('id' in reply) this.pending.get(reply.id)?.reply(reply);
    });
    worker.on('error', (error) => this.end(`the generation thread failed: ${error.message}`));
    worker.on('exit', (code) => this.end(`the generation thread ended with code ${code}`));
  }

  /** Loads a model's weights into a new thread. @throws CheckpointError, TokenizerMismatchError */
  static async load({
    modelPath,
    threads,
    device = 'cpu',
    maxBatch,
    maxContext = DEFAULT_CONTEXT,
    halfWeights = false,
  }: EngineOptions): Promise<GenerationEngine> {
    const checkpoint = await openCheckpoint(modelPath);
    const tokenizer = await checkpoint.tokenizer();
    const context = Math.min(maxContext, checkpoint.config.maxPositionEmbeddings);
    const workerData: WorkerOptions = {
      modelPath,
      compute: { device, threads },
      maxBatch,
      maxContext: context,
      halfWeights,
    };
    const worker = new Worker(new URL('./worker.js', import.meta.url), { workerData });
    try {
      await started(worker);
    } catch (error) {
      await worker.terminate();
      throw error;
    }
    return new GenerationEngine(worker, checkpoint.config, tokenizer, context);
  }

  /**
   * True once the thread is gone, by `close` or by a fault: such an engine answers nothing any
   * more.
   */
  get isClosed(): boolean {
    return this.ended !== undefined;
  }

  /** @throws AdapterError if the files are not a LoRA adapter of this model. */
  async loadAdapter(adapter: string, files: AdapterFiles): Promise<void> {
    await this.ask((id) => ({ type: 'loadAdapter', id, adapter, files }));
    this.adapters.add(adapter);
  }

  hasAdapter(adapter: string): boolean {
    return this.adapters.has(adapter);
  }

  unloadAdapter(adapter: string): void {
    if (this.adapters.delete(adapter)) this.send({ type: 'unloadAdapter', adapter });
  }

  /**
   * Text as it comes; the last chunk has the finish reason. Leaving the iteration or aborting the
   * signal frees the row.
   * @throws ContextLengthError, UnknownAdapterError, RangeError for an empty prompt, the signal's
   * reason
   */
  async *generate(request: GenerateRequest): AsyncGenerator<Chunk, void, void> {
    const {
      prompt,
      adapter,
      maxTokens,
      temperature = 0,
      topP = 1,
      topK = 0,
      stop = [],
      seed = 0,
      signal,
    } = request;
    this.check(prompt, prompt.length + 1, adapter);
    if (maxTokens < 1) throw new RangeError(`maxTokens is ${maxTokens}, expected at least 1`);
    signal?.throwIfAborted();
    const id = this.nextId++;
    const queue = new ChunkQueue();
    const abort = (): void => queue.fail(signal!.reason as Error);
    signal?.addEventListener('abort', abort, { once: true });
    this.pending.set(id, {
      reply: (reply) =>
        reply.type === 'chunk' ? queue.push(reply.chunk) : queue.fail(failureOf(reply)),
      fail: (error) => queue.fail(error),
    });
    let isFinished = false;
    try {
      const options = {
        maxTokens,
        temperature,
        topP,
        topK,
        stop: stop.filter((text) => text !== ''),
        seed,
      };
      this.send({
        type: 'generate',
        id,
        prompt,
        ...(adapter === undefined ? {} : { adapter }),
        options,
      });
      for await (const chunk of queue.drain()) {
        isFinished = chunk.finishReason !== undefined;
        yield chunk;
      }
    } finally {
      signal?.removeEventListener('abort', abort);
      this.pending.delete(id);
      if (!isFinished && !this.ended) this.send({ type: 'cancel', id });
    }
  }

  /**
   * Natural log-probabilities of completions after their prompts, in the order of the items.
   * @throws as generate
   */
  async score(
    items: readonly ScoreItem[],
    adapter?: string,
    signal?: AbortSignal,
  ): Promise<Score[]> {
    for (const { prompt, completion } of items)
      this.check(prompt, prompt.length + completion.length, adapter);
    if (adapter !== undefined && !this.adapters.has(adapter))
      throw new UnknownAdapterError(adapter);
    if (items.length === 0) return [];
    const reply = await this.ask(
      (id) => ({ type: 'score', id, items, ...(adapter === undefined ? {} : { adapter }) }),
      signal,
    );
    return reply.type === 'scored' ? [...reply.scores] : [];
  }

  /**
   * Ends the thread after the step under way; requests still open are refused with
   * EngineClosedError.
   */
  async close(): Promise<void> {
    if (this.ended) return;
    const exited = new Promise<void>((resolve) => this.worker.once('exit', () => resolve()));
    this.send({ type: 'close' });
    this.end('the engine is closed');
    await exited;
  }

  private check(prompt: readonly number[], length: number, adapter: string | undefined): void {
    if (prompt.length === 0) throw new RangeError('the prompt is empty');
    if (length > this.maxContext) throw new ContextLengthError(prompt.length, this.maxContext);
    if (adapter !== undefined && !this.adapters.has(adapter))
      throw new UnknownAdapterError(adapter);
  }

  /** One request, one reply. */
  private async ask(build: (id: number) => Request, signal?: AbortSignal): Promise<Reply> {
    signal?.throwIfAborted();
    const id = this.nextId++;
    let abort: (() => void) | undefined;
    try {
      return await new Promise<Reply>((resolve, reject) => {
        abort = (): void => {
          this.send({ type: 'cancel', id });
          reject(signal!.reason as Error);
        };
        signal?.addEventListener('abort', abort, { once: true });
        this.pending.set(id, {
          reply: (reply) => (reply.type === 'failed' ? reject(failureOf(reply)) : resolve(reply)),
          fail: reject,
        });
        this.send(build(id));
      });
    } finally {
      if (abort) signal?.removeEventListener('abort', abort);
      this.pending.delete(id);
    }
  }

  private send(request: Request): void {
    if (this.ended) throw this.ended;
    this.worker.postMessage(request, []);
  }

  private end(message: string): void {
    this.ended ??= new EngineClosedError(message);
    for (const pending of this.pending.values()) pending.fail(this.ended);
  }
}

function started(worker: Worker): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.once('message', (reply: Reply) =>
      reply.type === 'ready' ? resolve() : reject(failureOf(reply)),
    );
    worker.once('error', reject);
    worker.once('exit', (code) =>
      reject(new EngineClosedError(`the generation thread ended with code ${code}`)),
    );
  });
}

function failureOf(reply: Reply): Error {
  return 'failure' in reply ? revive(reply.failure) : new Error(`unexpected reply ${reply.type}`);
}
