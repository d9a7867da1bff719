// One golden checkpoint's tokens chosen by decoding strategies, through the engine's own graphs.

import type { Asking } from '#generation/decoding/early-layers.js';
import { type Decoding, strategyOf } from '#generation/decoding/strategies.js';
import type { Corrected } from '#generation/decoding/strategy.js';
import { ModelRunner } from '#generation/running/model-runner.js';
import { Sequence } from '#generation/running/sequence.js';
import { openCheckpoint } from '#models/checkpoints/checkpoint.js';
import { readGolden } from '#testing/golden.js';
import { weightsOf } from './forward.js';

const CONTEXT = 96;
const ID = 1;

export class DecodingRun {
  private constructor(
    private readonly prompt: readonly number[],
    private readonly runner: ModelRunner,
  ) {}

  static async open(name: string): Promise<DecodingRun> {
    const golden = readGolden(name);
    const checkpoint = await openCheckpoint(golden.path);
    const { config } = checkpoint;
    const weights = await weightsOf(checkpoint);
    const compute = { device: 'cpu', threads: 1 } as const;
    const runner = new ModelRunner({ config, weights, maxContext: CONTEXT, compute });
    return new DecodingRun(golden.rows.plain, runner);
  }

  close(): Promise<void> {
    return this.runner.close();
  }

  /** What a strategy makes of the logits at a position of the prompt. */
  async correct(decoding: Decoding, position: number): Promise<Corrected> {
    const prompt = this.prompt.slice(0, position + 1);
    const row = { id: ID, prompt, adapter: undefined, asksLayers: true };
    const logits = await this.runner.prefill(row);
    const corrected = await this.settle(strategyOf(decoding).correct(logits, false));
    this.runner.release(ID);
    return corrected;
  }

  /** Greedy tokens, prompt into the cache, then step by step. */
  async tokens(decoding: Decoding, count: number): Promise<number[]> {
    const options = { temperature: 0, topP: 1, topK: 0, seed: 0, decoding };
    const sequence = new Sequence(
      ID,
      '',
      this.prompt,
      undefined,
      { ...options, maxTokens: count, stop: [], continues: false },
      { decode: () => '', bytesOf: () => new Uint8Array(), eosIds: [] },
      CONTEXT,
    );
    let logits = await this.runner.prefill(sequence);
    for (;;) {
      const { finishReason } = await this.settle(sequence.advance(logits));
      if (finishReason) break;
      [logits] = (await this.runner.decode([sequence])) as [Float32Array];
    }
    this.runner.release(ID);
    return sequence.tokens;
  }

  private async settle<T>(asking: Asking<T>): Promise<T> {
    let step = asking.next();
    while (!step.done) {
      const [answer] = await this.runner.ask([{ id: ID, question: step.value }]);
      step = asking.next(answer!);
    }
    return step.value;
  }
}
