// Measures one answer on its way from the engine.

import type { Chunk } from '#generation/running/chunk.js';
import { currentContext } from '#platform/log/context.js';
import type { Finish, Series } from './answer-metrics.js';
import { noteAnswer } from './answer-spans.js';

interface Measured {
  readonly model: string;
  /** Tokens of the answer that another replica has told. */
  readonly resumed: number;
}

/** From the call on: waiting for a model or an adapter is part of it. */
export class AnswerClock {
  private readonly since = performance.now();
  private readonly parent = currentContext();
  private entered: number | undefined;
  private first: number | undefined;
  private promptTokens = 0;
  private newest = 0;
  private tokens = 0;
  private hasEnded = false;

  constructor(
    private readonly series: readonly Series[],
    private readonly asked: Measured,
  ) {
    this.each(({ waiting }, model) => waiting.inc(model));
  }

  /** @param signal of the caller, and of the adapter. @throws what the chunks do */
  async *over(
    chunks: AsyncIterable<Chunk>,
    signal: AbortSignal,
  ): AsyncGenerator<Chunk, void, void> {
    try {
      for await (const chunk of chunks) {
        this.add(chunk);
        if (chunk.finishReason) this.end(chunk.finishReason);
        yield chunk;
      }
    } catch (error) {
      this.end(signal.aborted ? 'abort' : 'error');
      throw error;
    } finally {
      this.end('abort');
    }
  }

  /** The model and the adapter are there. */
  enter(): void {
    this.entered = performance.now();
  }

  /** The first token is there, which may be long before it is told. */
  begin(promptTokens: number): void {
    if (this.hasEnded) return;
    const now = performance.now();
    const { resumed } = this.asked;
    this.first = this.newest = now;
    this.promptTokens = promptTokens;
    this.each(({ waiting, running, prompt, firstToken }, model) => {
      waiting.dec(model);
      running.inc(model);
      prompt.inc(model, promptTokens);
      if (resumed === 0) firstToken.observe(model, seconds(this.since, now));
    });
  }

  private add({ tokenIds, beside = [] }: Chunk): void {
    const length = tokenIds.length + beside.flatMap((other) => other.tokenIds).length;
    const now = performance.now();
    const isFirst = this.tokens === 0;
    this.tokens += length;
    this.each(({ generation, interToken }, model) => {
      generation.inc(model, isFirst ? Math.max(0, length - this.asked.resumed) : length);
      if (!isFirst) interToken.observe(model, seconds(this.newest, now));
    });
    this.newest = now;
  }

  /** The answer is whole, though the model is not at an end. */
  stop(): void {
    this.end('stop');
  }

  /** The call is over: where it was refused before the model had it, it is counted no further. */
  leave(signal: AbortSignal): void {
    if (signal.aborted) return this.end('abort');
    if (this.hasEnded) return;
    this.hasEnded = true;
    this.each(({ waiting }, model) => waiting.dec(model));
    this.note('error');
  }

  /** The first call counts. */
  private end(reason: Finish): void {
    if (this.hasEnded) return;
    this.hasEnded = true;
    this.note(reason);
    const { first, asked, entered = this.since } = this;
    this.each(({ running, waiting, finished }, model) => {
      (first === undefined ? waiting : running).dec(model);
      finished.inc({ ...model, finished_reason: reason });
    });
    if (first === undefined || reason === 'abort' || reason === 'error') return;
    const now = performance.now();
    const rest = this.tokens - Math.max(1, asked.resumed);
    this.each(({ whole, perToken, ...series }, model) => {
      whole.observe(model, seconds(this.since, now));
      if (rest > 0) perToken.observe(model, seconds(first, now) / rest);
      series.promptTokens.observe(model, this.promptTokens);
      series.answerTokens.observe(model, this.tokens);
      series.queued.observe(model, seconds(this.since, entered));
      series.prefill.observe(model, seconds(entered, first));
      series.decode.observe(model, seconds(first, now));
      series.inference.observe(model, seconds(entered, now));
    });
  }

  private note(finish: Finish): void {
    const { parent, since, entered, first, promptTokens, tokens, asked } = this;
    const end = performance.now();
    const { model } = asked;
    noteAnswer({ parent, model, since, entered, first, end, promptTokens, tokens, finish });
  }

  private each(work: (series: Series, model: { model_name: string }) => void): void {
    for (const one of this.series) work(one, { model_name: this.asked.model });
  }
}

const seconds = (from: number, to: number): number => (to - from) / 1000;
