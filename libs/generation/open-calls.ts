// Calls that the lanes work on, round by round, and what becomes of them.

import type { ServedCall } from '#thread/served-call.js';
import type { GeneratorEvents } from './batching/generator.js';
import type { Chunk } from './running/chunk.js';
import type { Score } from './running/score.js';
import { WholeAnswer } from './whole-answer.js';

interface OpenCall {
  emit(chunk: Chunk): void;
  resolve(answer: unknown): void;
  reject(error: unknown): void;
  /** Of an answer that is told at once. */
  readonly whole: WholeAnswer | undefined;
}

export class OpenCalls implements GeneratorEvents {
  /** How often any has had to make room for others. */
  preemptions = 0;
  private readonly open = new Map<number, OpenCall>();

  /**
   * @param begin has the lanes work on it. @param cancel called where the owner no longer waits.
   * @param atOnce whether the last chunk is to have all of an answer; the only other one told
   * is empty, when the answer begins.
   * @returns the last chunk or the scores, once the lanes have them.
   */
  async answer<R>(
    call: ServedCall<Chunk>,
    begin: () => void,
    cancel: () => void,
    atOnce = false,
  ): Promise<R> {
    const { id, signal } = call;
    try {
      return await new Promise<R>((resolve, reject) => {
        const whole = atOnce ? new WholeAnswer() : undefined;
        this.open.set(id, { emit: (chunk) => call.emit(chunk), resolve, reject, whole });
        signal.addEventListener('abort', () => {
          cancel();
          reject(signal.reason);
        });
        begin();
      });
    } finally {
      this.open.delete(id);
    }
  }

  chunk(id: number, chunk: Chunk): void {
    const call = this.open.get(id);
    if (chunk.finishReason) call?.resolve(call.whole?.endedBy(chunk) ?? chunk);
    else if (!call?.whole) call?.emit(chunk);
    else {
      // Only that it has begun is told.
      if (call.whole.isEmpty) call.emit({ text: '', tokenIds: [] });
      call.whole.add(chunk);
    }
  }

  scored(id: number, scores: readonly Score[]): void {
    this.open.get(id)?.resolve(scores);
  }

  preempted(): void {
    this.preemptions += 1;
  }

  failed(id: number, error: Error): void {
    this.open.get(id)?.reject(error);
  }
}
