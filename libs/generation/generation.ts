// Generation, scoring and embedding as the rest of the project sees them; the model lives in a thread
// of its own.

import type { Pooling } from '#contracts/pooling.js';
import type { Transform } from '#contracts/rounding.js';
import type { ServedPrecision } from '#contracts/served-precision.js';
import { openCheckpoint } from '#models/checkpoints/checkpoint.js';
import type { AdapterFiles, ModelConfig } from '#models/types.js';
import '#runtime/no-telemetry.js';
import type { Device } from '#runtime/compute.js';
import { Thread } from '#thread/thread.js';
import { cacheBytes, longestIn } from './cache/cache-bytes.js';
import { ChunkQueue } from './chunk-queue.js';
import type { Sweep } from './decoding/sweep.js';
import { embeddedItem } from './embedded-item.js';
import { ContextLengthError } from './errors/context-length.error.js';
import { KvBytesError } from './errors/kv-bytes.error.js';
import { UnknownAdapterError } from './errors/unknown-adapter.error.js';
import { ImageIds } from './image-ids.js';
import { type LinkOptions, longestPath, longestRead, rowsLinked } from './linking/link.js';
import type { EngineFigures, GenerationProtocol } from './protocol.js';
import type { Chunk } from './running/chunk.js';
import type { ScoreKind } from './running/graphs.js';
import type { ScoreItem } from './running/score-batch.js';
import type { Score } from './running/score.js';
import { rowsAsked, type SequenceOptions } from './running/sequence.js';
import { imagesShown, readAs, type Shown, showsNone } from './shown-prompt.js';

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
  /** Of keys and values of all running sequences, at most. Absent: any. */
  readonly kvBytes?: number;
  /** Of keys and values that are kept for prompts that begin alike. Absent: none are. */
  readonly prefixBytes?: number;
  /** What matrices are kept in, on the CPU. Absent: float32. */
  readonly precision?: ServedPrecision;
}

/** Absent: greedy, and nothing else. */
export interface GenerateRequest extends Omit<Partial<SequenceOptions>, 'images'>, Shown {
  readonly prompt: readonly number[];
  /** Id of a loaded adapter. */
  readonly adapter?: string | undefined;
  readonly maxTokens: number;
  readonly signal?: AbortSignal;
  /** Called once the first token is there, also where the answer comes as one chunk. */
  readonly onFirst?: () => void;
  /** On whose behalf: owners take turns. Absent: nobody's in particular. */
  readonly owner?: string;
}

/** Only its prompt may show images. */
export interface ScoredItem extends Omit<ScoreItem, 'images'>, Shown {}

export interface ScoreOptions extends Pick<GenerateRequest, 'adapter' | 'owner' | 'signal'> {
  /**
   * `detail`: scores tell what the distribution at each token is like, too; `lens`: and what each layer
   * leaves. Absent: `score`, likelihoods alone.
   */
  readonly kind?: ScoreKind;
}

/** Absent: mean. */
export interface EmbedOptions extends Omit<ScoreOptions, 'kind'> {
  readonly pooling?: Pooling;
}

const DEFAULT_CONTEXT = 2048;
const PLAIN = { temperature: 0, topP: 1, topK: 0, seed: 0, continues: false };

export class GenerationEngine {
  private readonly adapters = new Set<string>();
  private readonly imageIds: ImageIds;

  private constructor(
    private readonly thread: Thread<GenerationProtocol>,
    readonly maxContext: number,
    private readonly kvBytes: number,
    /** Ids below it are tokens. */
    readonly vocabulary: number,
    readonly config: ModelConfig,
  ) {
    this.imageIds = new ImageIds(config);
  }

  /** Loads a model's weights into a new thread. @throws CheckpointError, TokenizerMismatchError */
  static async load({
    modelPath,
    threads,
    device = 'cpu',
    maxBatch,
    maxContext = DEFAULT_CONTEXT,
    halfWeights = false,
    precision = 'float32',
    kvBytes = Number.MAX_SAFE_INTEGER,
    prefixBytes = 0,
  }: EngineOptions): Promise<GenerationEngine> {
    const { config } = await openCheckpoint(modelPath);
    const most = Math.min(maxContext, config.maxPositionEmbeddings);
    const context = longestIn(config, kvBytes, 1, most);
    if (context === 0) throw new KvBytesError(kvBytes, cacheBytes(config, [1]));
    const thread = new Thread<GenerationProtocol>(
      new URL('./worker.js', import.meta.url),
      'generation',
      {
        modelPath,
        compute: { device, threads },
        maxBatch,
        maxContext: context,
        halfWeights,
        precision,
        kvBytes,
        prefixBytes,
      },
    );
    await thread.ready;
    return new GenerationEngine(thread, context, kvBytes, config.vocabSize, config);
  }

  /**
   * True once the thread is gone, by `close` or by a fault: such an engine answers nothing any
   * more.
   */
  get isClosed(): boolean {
    return this.thread.hasEnded;
  }

  /**
   * @param adapter id to ask it by. @param files absent: the base model, transformed.
   * @throws AdapterError if the files are not a LoRA adapter of this model.
   */
  async loadAdapter(
    adapter: string,
    files: AdapterFiles | undefined,
    transform: Transform = {},
  ): Promise<void> {
    await this.thread.call('loadAdapter', { adapter, files, ...transform });
    this.adapters.add(adapter);
  }

  unloadAdapter(adapter: string): void {
    // A thread that is gone has none.
    if (this.adapters.delete(adapter)) this.thread.call('unloadAdapter', adapter).catch(() => {});
  }

  /**
   * Text as it comes; the last chunk has the finish reason. Leaving the iteration or aborting the
   * signal frees the row.
   * @throws ContextLengthError, UnknownAdapterError, RangeError for an empty prompt, LinkError,
   * FeaturesError, the signal's reason
   */
  async *generate(request: GenerateRequest): AsyncGenerator<Chunk, void, void> {
    const { prompt, adapter, signal, onFirst, owner = '', ...others } = request;
    const { features, imageToken, ...asked } = others;
    const { maxTokens, resume = [], twin, link, atOnce = false } = asked;
    const context = this.longestOf(rowsAsked(asked));
    for (const ids of twin ? [prompt, twin] : [prompt])
      this.check(ids, ids.length + resume.length + 1, adapter, context);
    if (link) this.checkLink(link, prompt.length, resume.length, context);
    const images = imagesShown({ features, imageToken }, owner, this.imageIds);
    const read = readAs(prompt, images);
    const readTwin = twin && (showsNone(twin, images) ? twin : readAs(twin, images));
    if (maxTokens < 1) throw new RangeError(`maxTokens is ${maxTokens}, expected at least 1`);
    signal?.throwIfAborted();
    const stop = asked.stop?.filter((text) => text !== '') ?? [];
    const options = { ...PLAIN, ...asked, stop, images, twin: readTwin };
    const queue = new ChunkQueue();
    const abort = (): void => queue.fail(signal?.reason as Error);
    signal?.addEventListener('abort', abort, { once: true });
    const left = new AbortController();
    let hasBegun = false;
    const begin = (): void => {
      if (!hasBegun) onFirst?.();
      hasBegun = true;
    };
    this.thread
      .call(
        'generate',
        { owner, prompt: read, adapter, options },
        {
          signal: left.signal,
          onEvent: (chunk) => {
            begin();
            if (!atOnce) queue.push(chunk);
          },
        },
      )
      .then(
        (last) => {
          begin();
          queue.push(last);
        },
        (error: Error) => queue.fail(error),
      );
    try {
      yield* queue.drain();
    } finally {
      signal?.removeEventListener('abort', abort);
      left.abort('left');
    }
  }

  /**
   * Natural log-probabilities of completions after their prompts, in the order of the items.
   * @throws as generate
   */
  async score(
    items: readonly ScoredItem[],
    { adapter, owner = '', signal, kind = 'score' }: ScoreOptions = {},
  ): Promise<Score[]> {
    const read = this.readItems(items, adapter, owner);
    if (read.length === 0) return [];
    return [
      ...(await this.thread.call('score', { owner, items: read, adapter, kind }, { signal })),
    ];
  }

  /**
   * What DeCo would do at each token of completions after their prompts, by many settings: scores have
   * `swept`.
   * @throws as generate
   */
  async sweep(
    items: readonly ScoredItem[],
    sweep: Sweep,
    { adapter, owner = '', signal }: Omit<ScoreOptions, 'kind'> = {},
  ): Promise<Score[]> {
    const read = this.readItems(items, adapter, owner);
    if (read.length === 0) return [];
    return [
      ...(await this.thread.call('sweep', { owner, items: read, adapter, sweep }, { signal })),
    ];
  }

  /**
   * What prompts are embedded as, in their order: normalised states of the last layer, [hidden] each,
   * their length as it comes.
   * @throws as generate, DamagedWeightsError
   */
  async embed(
    prompts: readonly (readonly number[])[],
    { pooling = 'mean', ...options }: EmbedOptions = {},
  ): Promise<Float32Array[]> {
    for (const prompt of prompts) this.check(prompt, prompt.length, options.adapter);
    const items = prompts.map((prompt) => embeddedItem(prompt, pooling));
    const scores = await this.score(items, { ...options, kind: 'embed' });
    return scores.flatMap(({ embedding }) => embedding ?? []);
  }

  /** Drops what is kept of an owner's prompts and answers; a thread that is gone has nothing. */
  async forget(owner: string): Promise<void> {
    this.imageIds.forget(owner);
    if (!this.isClosed) await this.thread.call('forget', owner);
  }

  /** Drops what is kept of everybody's prompts and answers, and keeps nothing from now on. */
  async keepNothing(): Promise<void> {
    if (!this.isClosed) await this.thread.call('keepNothing', undefined);
  }

  /** How it fares. @throws ThreadEndedError */
  figures(): Promise<EngineFigures> {
    return this.thread.call('figures', undefined);
  }

  /**
   * Ends the thread after the round under way; requests still open are refused with
   * ThreadEndedError.
   */
  close(): Promise<void> {
    return this.thread.close();
  }

  /** Whether the longest path fits in, beside others while it is followed, and alone with all after it. */
  private checkLink(link: LinkOptions, prompt: number, resumed: number, context: number): void {
    const [linked, read] = [prompt + longestPath(link), prompt + longestRead(link)];
    const followed = this.longestOf(rowsLinked(link));
    if (linked > followed) throw new ContextLengthError(linked, followed);
    if (read + resumed + 1 > context) throw new ContextLengthError(read, context);
  }

  /** Tokens of the longest of so many rows. */
  private longestOf(rows: number): number {
    return longestIn(this.config, this.kvBytes, rows, this.maxContext);
  }

  private readItems(
    items: readonly ScoredItem[],
    adapter: string | undefined,
    owner: string,
  ): ScoreItem[] {
    for (const { prompt, completion } of items)
      this.check(prompt, prompt.length + completion.length, adapter);
    if (adapter !== undefined && !this.adapters.has(adapter))
      throw new UnknownAdapterError(adapter);
    return items.map(({ prompt, features, imageToken, ...item }): ScoreItem => {
      const images = imagesShown({ features, imageToken }, owner, this.imageIds);
      return { ...item, prompt: readAs(prompt, images), images: images?.shown };
    });
  }

  private check(
    prompt: readonly number[],
    length: number,
    adapter: string | undefined,
    context = this.maxContext,
  ): void {
    if (prompt.length === 0) throw new RangeError('the prompt is empty');
    if (length > context) throw new ContextLengthError(prompt.length, context);
    if (adapter !== undefined && !this.adapters.has(adapter))
      throw new UnknownAdapterError(adapter);
  }
}
