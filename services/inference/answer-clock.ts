// Measures one answer on its way from the engine.

import type { Chunk } from '#generation/running/chunk.js';
import type { AnswerMetrics, Finish, Series } from './answer-metrics.js';

export interface Measured {
  readonly model: string;
  /** When the call came, on the clock of `performance.now`. */
  readonly since: number;
  readonly promptTokens: number;
  /** Tokens of the answer that another replica has told. */
  readonly resumed: number;
  readonly signal: AbortSignal;
}

/** @param answer calls `onFirst` once its first token is there, which may be long before it is told. */
export async function* measured(
  metrics: AnswerMetrics,
  asked: Measured,
  answer: (onFirst: () => void) => AsyncIterable<Chunk>,
): AsyncGenerator<Chunk, void, void> {
  const clock = new AnswerClock(metrics.series, asked);
  try {
    for await (const chunk of answer(() => clock.begin())) {
      clock.add(chunk);
      if (chunk.finishReason) clock.end(chunk.finishReason);
      yield chunk;
    }
  } catch (error) {
    clock.end(asked.signal.aborted ? 'abort' : 'error');
    throw error;
  } finally {
    clock.end('abort');
  }
}

class AnswerClock {
  private first: number | undefined;
  private newest = 0;
  private tokens = 0;
  private hasEnded = false;

  constructor(
    private readonly series: readonly Series[],
    private readonly asked: Measured,
  ) {
    this.each(({ waiting }, model) => waiting.inc(model));
  }

  begin(): void {
    if (this.hasEnded) return;
    const now = performance.now();
    const { since, promptTokens, resumed } = this.asked;
    this.first = this.newest = now;
    this.each(({ waiting, running, prompt, firstToken }, model) => {
      waiting.dec(model);
      running.inc(model);
      prompt.inc(model, promptTokens);
      if (resumed === 0) firstToken.observe(model, seconds(since, now));
    });
  }

  add({ tokenIds, beside = [] }: Chunk): void {
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

  /** The first call counts. */
  end(reason: Finish): void {
    if (this.hasEnded) return;
    this.hasEnded = true;
    const { first, asked } = this;
    this.each(({ running, waiting, finished }, model) => {
      (first === undefined ? waiting : running).dec(model);
      finished.inc({ ...model, finished_reason: reason });
    });
    if (first === undefined || reason === 'abort' || reason === 'error') return;
    const now = performance.now();
    const rest = this.tokens - Math.max(1, asked.resumed);
    this.each(({ whole, perToken }, model) => {
      whole.observe(model, seconds(asked.since, now));
      if (rest > 0) perToken.observe(model, seconds(first, now) / rest);
    });
  }

  private each(work: (series: Series, model: { model_name: string }) => void): void {
    for (const one of this.series) work(one, { model_name: this.asked.model });
  }
}

const seconds = (from: number, to: number): number => (to - from) / 1000;
