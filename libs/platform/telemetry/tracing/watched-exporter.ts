// Says once that spans cannot be sent, and once that they can again. Work never hears of it.

import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace-base';
import { sayableText } from '../../log/error-text.js';
import type { Logger } from '../../log/logger.js';

type Done = Parameters<SpanExporter['export']>[1];

/** Of an export's outcome, as OpenTelemetry has it. */
const SUCCESS = 0;

export class WatchedExporter implements SpanExporter {
  private fails = false;

  constructor(
    private readonly exporter: SpanExporter,
    private readonly log: Logger,
  ) {}

  export(spans: ReadableSpan[], done: Done): void {
    this.exporter.export(spans, (result) => {
      this.note(result.code !== SUCCESS, result.error);
      done(result);
    });
  }

  shutdown(): Promise<void> {
    return this.exporter.shutdown();
  }

  async forceFlush(): Promise<void> {
    await this.exporter.forceFlush?.();
  }

  /** What the collector answered is not told: it may be anything. */
  private note(fails: boolean, error: unknown): void {
    if (fails && !this.fails)
      this.log.warn({ reason: sayableText(error) }, 'traces cannot be sent; they are dropped');
    if (!fails && this.fails) this.log.info('traces can be sent again');
    this.fails = fails;
  }
}
