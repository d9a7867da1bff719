// One golden folder run through the engine: how far its numbers lie from the reference's.

import { item, last } from '#collections/items.js';
import { required } from '#collections/required.js';
import { zip } from '#collections/zip.js';
import { loadAdapter, type LoadedAdapter } from '#generation/running/adapter-rows.js';
import { ModelRunner } from '#generation/running/model-runner.js';
import type { PromptImage } from '#generation/running/prompt-image.js';
import { scoreRows, takeBatch } from '#generation/running/score-batch.js';
import { mergeAdapter } from '#models/adapters/adapter-algebra.js';
import { readAdapter } from '#models/adapters/adapter-files.js';
import { openCheckpoint } from '#models/checkpoints/checkpoint.js';
import { architectureOf } from '#models/families/index.js';
import { frozenProjections } from '#models/layers/linear.js';
import { openPass } from '#models/layers/pass.js';
import { sequenceAttention, sequenceDims } from '#models/passes/attention/sequence-attention.js';
import { sequenceInputs } from '#models/passes/attention/sequence-inputs.js';
import { traceOf } from '#models/passes/trace.js';
import type { EncodedExample } from '#models/text/encode-example.js';
import type { ModelConfig, TensorData } from '#models/types.js';
import { Graph } from '#onnx/graph.js';
import type { Compute, Device } from '#runtime/compute.js';
import { GraphSession, int64 } from '#runtime/graph-session.js';
import { type Golden, goldenTensor, largestDifference, readGolden } from '#testing/golden.js';
import { showsImages } from '#training/run/step-feeds.js';
import { Forward, type Streams, weightsOf } from './forward.js';
import { takePlainStep } from './plain-step.js';

const CONTEXT = 96;
/** Tokens of a prompt that are read at once, where it is read in parts. */
const PART = 7;
/** Tokens after a prompt that shows images. */
const STEPS = 16;

/** The largest absolute difference, and the tensor that has it. */
export interface Difference {
  readonly worst: number;
  readonly tensor: string;
}

export interface Gradients {
  /** Relative to the largest number of a tensor. */
  readonly difference: Difference;
  readonly loss: Difference;
  /** Tensors that were trained, and those that the reference trained; sorted. */
  readonly trained: readonly string[];
  readonly wanted: readonly string[];
}

/** What tokens are embedded as, [tokens, hidden]. */
async function embeddings(
  config: ModelConfig,
  weights: ReadonlyMap<string, TensorData>,
  tokens: readonly number[],
  compute: Compute,
): Promise<Float32Array> {
  const graph = new Graph();
  const attention = sequenceAttention(graph, config, CONTEXT);
  const pass = openPass(graph, frozenProjections(graph), attention, {
    embedded: (found) => {
      graph.output('embedded', found);
      throw new EmbeddedError();
    },
  });
  const ids = graph.input('ids', [sequenceDims.tokens], 'int64');
  try {
    architectureOf(config).hiddenStates(pass, config, ids);
  } catch (error) {
    // All else of the model is left out.
    if (!(error instanceof EmbeddedError)) throw error;
  }
  const session = await GraphSession.create(graph, compute, weights);
  const { feeds, sizes } = sequenceInputs(config, [[tokens.length]]);
  const results = await session.run({ ...feeds, ids: int64(tokens) }, sizes);
  await session.close();
  return required(results, 'embedded');
}

class EmbeddedError extends Error {}

export const worstOf = (all: readonly Difference[]): Difference =>
  all.reduce((a, b) => (b.worst > a.worst ? b : a));
const argmax = (x: Float32Array): number => x.indexOf(x.reduce((a, b) => Math.max(a, b)));

export class GoldenRun {
  private constructor(
    readonly golden: Golden,
    private readonly config: ModelConfig,
    private readonly weights: ReadonlyMap<string, TensorData>,
    private readonly compute: Compute,
    private readonly forward: Forward,
    private readonly runner: ModelRunner,
  ) {}

  static async open(name: string, device: Device = 'cpu'): Promise<GoldenRun> {
    const compute = { device, threads: 1 };
    const golden = readGolden(name);
    const checkpoint = await openCheckpoint(golden.path);
    const { config } = checkpoint;
    const weights = await weightsOf(checkpoint);
    const runner = new ModelRunner({ config, weights, maxContext: CONTEXT, compute });
    return new GoldenRun(
      golden,
      config,
      weights,
      compute,
      await Forward.open(config, weights, CONTEXT, compute),
      runner,
    );
  }

  async close(): Promise<void> {
    await this.forward.close();
    await this.runner.close();
  }

  /** Logits and residual streams of a row alone. */
  async row(name: 'plain' | 'long'): Promise<Difference> {
    const [streams] = await this.forward.run([this.golden.rows[name]]);
    return this.compare(name, streams!);
  }

  /**
   * The same of rows of unequal lengths in one pass: short ones, and one beyond the original
   * context with one within.
   */
  async batch(): Promise<Difference> {
    const { batch, rows } = this.golden;
    const short = await this.forward.run(batch);
    const [long, plain] = await this.forward.run([rows.long, rows.plain]);
    return worstOf([
      ...short.map((streams, i) => this.compare(`batch.${i}`, streams)),
      this.compare('long', long!),
      this.compare('plain', plain!),
    ]);
  }

  /**
   * Logits and residual streams of several sequences that lie one after the other in a row, without
   * seeing each other.
   */
  async packed(): Promise<Difference> {
    const { batch, rows } = this.golden;
    const all = await this.forward.runPacked([
      [batch[0]!, rows.long, batch[2]!],
      [batch[1]!, rows.plain],
    ]);
    return worstOf(
      ['batch.0', 'long', 'batch.2', 'batch.1', 'plain'].map((row, i) =>
        this.compare(row, all[i]!),
      ),
    );
  }

  /**
   * Logits of rows of unequal lengths that are read in parts and decoded together, next to those of
   * whole sequences.
   */
  async together(steps: number): Promise<Difference> {
    const { vocabSize } = this.config;
    const rows = [...this.golden.batch, this.golden.rows.plain].map((prompt, id) => ({
      id,
      prompt,
      tokens: [] as number[],
      adapter: undefined,
    }));
    const differences: Difference[] = [];
    for (const row of rows) {
      const [expected] = await this.forward.run([row.prompt]);
      let logits: Float32Array | undefined;
      while (!logits) logits = await this.runner.read(row, PART);
      this.runner.join(row.id);
      differences.push({
        tensor: `row ${row.id}, prompt`,
        worst: largestDifference(logits, expected!.get('logits')!.subarray(-vocabSize)),
      });
    }

    for (let step = 0; step < steps; step++) {
      for (const row of rows) row.tokens.push((7 * step + 31 * row.id) % vocabSize);
      const logits = await this.runner.decode(
        rows.map((row) => ({ ...row, last: row.tokens.at(-1)! })),
      );
      const whole = await this.forward.run(rows.map((row) => [...row.prompt, ...row.tokens]));
      for (const { id } of rows) {
        const expected = whole[id]!.get('logits')!.subarray(-vocabSize);
        differences.push({
          tensor: `row ${id}, step ${step}`,
          worst: largestDifference(logits[id]!, expected),
        });
      }
    }
    for (const { id } of rows) this.runner.release(id);
    return worstOf(differences);
  }

  /**
   * Logits after the prompt and after tokens beyond the original context, and ln p of the prompt's last
   * token, with features in the place of some tokens: what those are embedded as. Beside them those
   * of the tokens.
   */
  async withFeatures(): Promise<{ seen: Float32Array; read: Float32Array }[]> {
    const { rows } = this.golden;
    const { vocabSize, hiddenSize } = this.config;
    const tokens = rows.plain;
    const embedded = await embeddings(this.config, this.weights, tokens, this.compute);
    const image = (first: number, [from, to]: readonly [number, number]): PromptImage => ({
      first,
      features: {
        dims: [to - from, hiddenSize],
        data: embedded.slice(from * hiddenSize, to * hiddenSize),
      },
    });
    const places = [
      [1, 4],
      [5, 6],
      [6, 10],
    ] as const;
    const images = places.map((place, i) => image(vocabSize + 100 * i, place));
    const prompt = [...tokens];
    for (const [{ first }, [from, to]] of zip(images, places))
      for (let i = from; i < to; i++) prompt[i] = first + i - from;
    const ask = async (asked: { prompt: number[]; images?: PromptImage[] }) => {
      const row = { ...asked, id: 1, adapter: undefined };
      const whole = await this.runner.prefill(row);
      const said: number[] = [];
      let later = whole;
      while (said.length < STEPS) {
        said.push((7 * said.length) % vocabSize);
        later = item(await this.runner.decode([{ ...row, tokens: said, last: last(said) }]), 0);
      }
      this.runner.release(1);
      let inParts: Float32Array | undefined;
      while (!inParts) inParts = await this.runner.read(row, 3);
      this.runner.release(1);
      const [half, completion] = [asked.prompt.slice(0, -1), asked.prompt.slice(-1)];
      const limits = { rows: 1, tokens: CONTEXT, scores: 2 ** 20, steady: 0 };
      const batch = takeBatch([scoreRows([{ ...asked, prompt: half, completion }])], limits);
      const { logProbs } = await this.runner.score(batch, undefined, 'score');
      return [whole, inParts, later, logProbs];
    };
    const [seen, read] = [await ask({ prompt, images }), await ask({ prompt: [...tokens] })];
    return zip(seen, read).map(([a, b]) => ({ seen: a, read: b }));
  }

  /** Greedy tokens, every token read once: prompt into the cache, then step by step. */
  async cachedTokens(): Promise<number[]> {
    const { rows, generated } = this.golden;
    const tokens: number[] = [];
    for await (const logits of this.steps(rows.plain, tokens)) {
      tokens.push(argmax(logits));
      if (tokens.length === generated.tokens.length) break;
    }
    return tokens;
  }

  /** Greedy tokens, the whole sequence read for each. */
  async uncachedTokens(): Promise<number[]> {
    const { rows, generated } = this.golden;
    const tokens: number[] = [];
    while (tokens.length < generated.tokens.length) {
      const [streams] = await this.forward.run([[...rows.plain, ...tokens]]);
      tokens.push(argmax(streams!.get('logits')!.subarray(-this.config.vocabSize)));
    }
    return tokens;
  }

  /** Logits at every position with an adapter on every linear layer, as a served row has it. */
  async adapter(): Promise<Difference> {
    const adapter = loadAdapter(readAdapter(this.golden.adapter), this.config);
    const [first, ...rest] = this.golden.rows.plain as [number, ...number[]];
    const read: number[] = [];
    const actual: number[] = [];
    for await (const logits of this.steps([first], read, adapter)) {
      actual.push(...logits);
      if (read.length === rest.length) break;
      read.push(rest[read.length]!);
    }
    return {
      worst: largestDifference(actual, goldenTensor(this.golden, 'adapter.logits')),
      tensor: 'adapter.logits',
    };
  }

  /** Logits of the model whose weights the adapter was merged into. */
  async mergedAdapter(): Promise<Difference> {
    const adapter = readAdapter(this.golden.adapter);
    const { linears } = traceOf(this.config);
    const merged = new Map(
      [...this.weights].map(([tensor, { dims, data }]) => [tensor, { dims, data: data.slice() }]),
    );
    for (const [tensor, target] of merged)
      mergeAdapter(adapter, tensor, target, linears.get(tensor)?.transposed);
    const forward = await Forward.open(this.config, merged, CONTEXT, this.compute);
    const [streams] = await forward.run([this.golden.rows.plain]);
    await forward.close();
    return {
      worst: largestDifference(
        streams!.get('logits')!,
        goldenTensor(this.golden, 'adapter.logits'),
      ),
      tensor: 'adapter.logits, merged',
    };
  }

  /**
   * Of an adapter on every linear layer, or of all weights, through the graph of a training step.
   */
  async gradients(kind: 'lora' | 'full'): Promise<Gradients> {
    const { golden } = this;
    const source = kind === 'lora' ? readAdapter(golden.adapter).tensors : this.weights;
    const { store, step, loss } = await this.step(kind, this.weights, golden.training.rows);
    const differences = [...store.tensors].map(([tensor, { data }]): Difference => {
      const expected = goldenTensor(golden, `${kind}.${this.storedName(kind, tensor)}`);
      const start = (data.byteOffset - store.values.byteOffset) / 4;
      const actual = Array.from(
        expected,
        (_, i) => step.gradients[start + Math.floor((i * data.length) / expected.length)]!,
      );
      return {
        tensor,
        worst: largestDifference(actual, expected) / Math.max(1e-3, ...expected.map(Math.abs)),
      };
    });
    const expectedLoss = golden.training[`${kind}Loss`];
    return {
      difference: worstOf(differences),
      loss: { tensor: `${kind}Loss`, worst: Math.abs(loss - expectedLoss) },
      trained: [...store.tensors.keys()].toSorted(),
      wanted: [...source.keys()].toSorted(),
    };
  }

  /**
   * Gradients of an adapter with features in the place of prompts' tokens, what those are embedded as,
   * beside those of the tokens.
   */
  async gradientsWithFeatures(): Promise<{ seen: Float32Array; read: Float32Array }> {
    const { rows } = this.golden.training;
    const { hiddenSize } = this.config;
    const shown = await Promise.all(
      rows.map(async ({ ids, labelStart }) => {
        const count = labelStart - 1;
        const embedded = await embeddings(this.config, this.weights, ids, this.compute);
        const imageToken = ids.findIndex((_, id) => !ids.includes(id));
        return {
          ids: ids.map((id, i) => (i < count ? imageToken : id)),
          labelStart,
          imageToken,
          features: [{ dims: [count, hiddenSize], data: embedded.slice(0, count * hiddenSize) }],
        };
      }),
    );
    const [seen, read] = [
      await this.step('lora', this.weights, shown),
      await this.step('lora', this.weights, rows),
    ];
    return { seen: seen.step.gradients, read: read.step.gradients };
  }

  /** Logits after the prompt, then after each token that the caller adds to `tokens`. */
  private async *steps(
    prompt: readonly number[],
    tokens: readonly number[],
    adapter?: LoadedAdapter,
  ): AsyncGenerator<Float32Array> {
    const row = { id: 1, prompt, tokens, adapter };
    try {
      yield await this.runner.prefill(row);
      for (;;) yield (await this.runner.decode([{ ...row, last: tokens.at(-1)! }]))[0]!;
    } finally {
      this.runner.release(1);
    }
  }

  private compare(row: string, streams: Streams): Difference {
    return worstOf(
      [...streams].map(([name, data]) => {
        const tensor = `${row}.${name}`;
        return { tensor, worst: largestDifference(data, goldenTensor(this.golden, tensor)) };
      }),
    );
  }

  /** One step over rows, with all that it came to. */
  private async step(
    kind: 'lora' | 'full',
    weights: ReadonlyMap<string, TensorData>,
    rows: readonly EncodedExample[],
  ) {
    const { config } = this;
    const adapter = readAdapter(this.golden.adapter);
    const lora = {
      r: adapter.r,
      alpha: adapter.alpha,
      dropout: 0,
      targetModules: adapter.targetModules,
    };
    return takePlainStep({
      config,
      maxLength: CONTEXT,
      rows,
      weights,
      trained: kind === 'lora' ? adapter.tensors : weights,
      compute: this.compute,
      ...(showsImages(rows) ? { seeing: 'features' } : {}),
      ...(kind === 'lora' ? { lora } : { whole: [...weights.keys()] }),
    });
  }

  /** Weights have the names of the checkpoint's file, which may lack the prefix. */
  private storedName(kind: 'lora' | 'full', tensor: string): string {
    const { prefix = '' } = architectureOf(this.config);
    return this.golden.tensors.has(`${kind}.${tensor}`) ? tensor : tensor.slice(prefix.length);
  }
}
