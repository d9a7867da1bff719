// Calls that the lanes work on, round by round, and what becomes of them.

import type { ServedCall } from '#thread/served-call.js';
import type { GeneratorEvents } from './batching/generator.js';
import type { Score } from './running/score.js';
import type { Chunk } from './running/sequence.js';

interface OpenCall {
  emit(chunk: Chunk): void;
  resolve(answer: unknown): void;
  reject(error: unknown): void;
}

export class OpenCalls implements GeneratorEvents {
  private readonly open = new Map<number, OpenCall>();

  /**
   * @param cancel called where the owner no longer waits.
   * @returns the last chunk or the scores, once the lanes have them.
   */
  async answer<R>(call: ServedCall<Chunk>, cancel: () => void): Promise<R> {
    const { id, signal } = call;
    try {
      return await new Promise<R>((resolve, reject) => {
        this.open.set(id, { emit: (chunk) => call.emit(chunk), resolve, reject });
        signal.addEventListener('abort', () => {
          cancel();
          reject(signal.reason);
        });
      });
    } finally {
      this.open.delete(id);
    }
  }

  chunk(id: number, chunk: Chunk): void {
    const call = this.open.get(id);
    if (chunk.finishReason) call?.resolve(chunk);
    else call?.emit(chunk);
  }

  scored(id: number, scores: readonly Score[]): void {
    this.open.get(id)?.resolve(scores);
  }

  failed(id: number, error: Error): void {
    this.open.get(id)?.reject(error);
  }
}
