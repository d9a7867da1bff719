// A sentence embedder, in a thread of its own.

import '#runtime/no-telemetry.js';
import { RenewedThread } from '#thread/renewed-thread.js';
import type { EmbedderProtocol } from './embedder-protocol.js';

/** Of a folder as loadEmbedder reads it. Calls reject where it does not fit. */
export class Embedder {
  /** Another one where the last has ended: the folder may have been mended since. */
  private readonly thread: RenewedThread<EmbedderProtocol>;

  constructor(folder: string) {
    this.thread = new RenewedThread(
      new URL('embedder-thread.js', import.meta.url),
      'judge',
      folder,
    );
  }

  /** Of every answer's entity with every gold one. */
  similarity(
    answer: readonly string[],
    gold: readonly string[],
    signal: AbortSignal,
  ): Promise<number[][]> {
    return this.thread.current.call('similarity', { answer, gold }, { signal });
  }

  /** Of two whole answers to a question; null where they do not compare. */
  answerSimilarity(
    answer: string,
    gold: string,
    question: string,
    signal: AbortSignal,
  ): Promise<number | null> {
    return this.thread.current.call('answerSimilarity', { answer, gold, question }, { signal });
  }

  async close(): Promise<void> {
    await this.thread.close();
  }
}
