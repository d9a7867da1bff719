// Hands chunks from the engine's thread to whoever iterates over them, in order and without loss.

import type { Chunk } from './running/chunk.js';

export class ChunkQueue {
  private readonly chunks: Chunk[] = [];
  private failure: Error | undefined;
  private wake: (() => void) | undefined;

  push(chunk: Chunk): void {
    this.chunks.push(chunk);
    this.wake?.();
  }

  /** Ends the iteration with an error, at once: chunks not yet taken are dropped. */
  fail(error: Error): void {
    this.failure = error;
    this.wake?.();
  }

  /** Chunks until the one with a finish reason. */
  async *drain(): AsyncGenerator<Chunk, void, void> {
    while (true) {
      if (this.failure) throw this.failure;
      const chunk = this.chunks.shift();
      if (chunk) {
        yield chunk;
        if (chunk.finishReason) return;
        continue;
      }
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
  }
}
