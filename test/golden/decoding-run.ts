// One golden checkpoint's tokens chosen by decoding strategies, through the engine's own graphs.

import { Generator } from '#generation/batching/generator.js';
import { Rooms } from '#generation/cache/room.js';
import { Forms } from '#generation/constraints/forms.js';
import { wholeOf } from '#generation/decoding/candidates.js';
import type { Asking } from '#generation/decoding/early-layers.js';
import { type Decoding, strategyOf } from '#generation/decoding/strategies.js';
import type { Corrected } from '#generation/decoding/strategy.js';
import type { Chunk } from '#generation/running/chunk.js';
import { ModelRunner } from '#generation/running/model-runner.js';
import type { SequenceOptions } from '#generation/running/sequence.js';
import { openCheckpoint } from '#models/checkpoints/checkpoint.js';
import type { Tokenizer } from '#models/text/tokenizer.js';
import type { ModelConfig } from '#models/types.js';
import { readGolden } from '#testing/golden.js';
import { weightsOf } from './forward.js';

const CONTEXT = 96;
const ID = 1;
const PLAIN = { temperature: 0, topP: 1, topK: 0, seed: 0, stop: [], continues: false };

export class DecodingRun {
  private constructor(
    private readonly prompt: readonly number[],
    private readonly config: ModelConfig,
    private readonly runner: ModelRunner,
  ) {}

  static open(name: string): Promise<DecodingRun> {
    const { path, rows } = readGolden(name);
    return DecodingRun.at(path, rows.plain);
  }

  static async at(path: string, prompt: readonly number[]): Promise<DecodingRun> {
    const checkpoint = await openCheckpoint(path);
    const { config } = checkpoint;
    const weights = await weightsOf(checkpoint);
    const compute = { device: 'cpu', threads: 1 } as const;
    const runner = new ModelRunner({ config, weights, maxContext: CONTEXT, compute });
    return new DecodingRun(prompt, config, runner);
  }

  close(): Promise<void> {
    return this.runner.close();
  }

  /** What a strategy makes of the logits at a position of the prompt. */
  async correct(
    decoding: Decoding,
    position: number,
  ): Promise<Corrected & { readonly logits: Float32Array }> {
    const prompt = this.prompt.slice(0, position + 1);
    const row = { id: ID, prompt, adapter: undefined, asksLayers: true };
    const logits = await this.runner.prefill(row);
    const corrected = await this.settle(strategyOf(decoding).correct(logits, false));
    this.runner.release(ID);
    return { ...corrected, logits: wholeOf(corrected.logits, logits.length) };
  }

  /** Tokens of the answers to the prompt, likeliest first. @param eosIds the model's ends of a turn. */
  async answers(
    asked: Partial<SequenceOptions> & Pick<SequenceOptions, 'maxTokens'>,
    eosIds: readonly number[] = [],
  ): Promise<(readonly number[])[]> {
    const tokenizer = { decode: () => '', bytesOf: () => new Uint8Array(), eosIds } as Pick<
      Tokenizer,
      'decode' | 'bytesOf' | 'eosIds'
    > as Tokenizer;
    const chunks: Chunk[] = [];
    let failure: Error | undefined;
    const generator = new Generator(
      this.runner,
      tokenizer,
      new Forms(tokenizer, this.config.vocabSize),
      () => CONTEXT,
      { maxBatch: 16, promptTokens: CONTEXT, promptTokensBeside: CONTEXT },
      {
        chunk: (_, chunk) => void chunks.push(chunk),
        scored: () => {},
        preempted: () => {},
        failed: (_, error) => void (failure = error),
      },
      new Rooms(this.config, Infinity).open(),
    );
    const options = { ...PLAIN, ...asked };
    generator.generate({ id: ID, owner: '' }, this.prompt, undefined, options);
    while (!generator.isIdle) await generator.takeRound();
    if (failure) throw failure;
    const beside = (chunks.at(-1)?.beside ?? []).map(({ tokenIds }) => tokenIds);
    return options.beams
      ? [...chunks.slice(-1).map(({ tokenIds }) => tokenIds), ...beside]
      : [chunks.flatMap(({ tokenIds }) => tokenIds)];
  }

  private async settle<T>(asking: Asking<T>): Promise<T> {
    let step = asking.next();
    while (!step.done) {
      const [answer] = await this.runner.ask([{ row: ID, question: step.value }]);
      step = asking.next(answer!);
    }
    return step.value;
  }
}
