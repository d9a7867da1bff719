// The lexical judge and the figures of a row, computed beside the thread that answers.

import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { Judge } from '#metrics/judge.js';
import { RenewedThread } from '#thread/renewed-thread.js';
import type { AnswerFigures, ScoredAnswer } from '../metrics/metric.js';
import type { ReadingProtocol } from './reading-protocol.js';

@Injectable()
export class Reading implements OnApplicationShutdown {
  private readonly thread = new RenewedThread<ReadingProtocol>(
    new URL('reading-thread.js', import.meta.url),
    'reading',
    undefined,
  );

  /** @param signal of the job that is judged: once it aborts, nothing more is read. */
  judge(signal: AbortSignal): Judge {
    return {
      name: 'lexical',
      entities: (text, question, role) =>
        this.thread.current.call('entities', { text, question, role }, { signal }),
      similarity: (answer, gold) =>
        this.thread.current.call('similarity', { answer, gold }, { signal }),
      answerSimilarity: async () => null,
      identifies: (answer, gold, question) =>
        this.thread.current.call('identifies', { answer, gold, question }, { signal }),
      contradiction: (premise, hypothesis) =>
        this.thread.current.call('contradiction', { premise, hypothesis }, { signal }),
    };
  }

  row(answer: ScoredAnswer, signal: AbortSignal): Promise<AnswerFigures> {
    return this.thread.current.call('row', { answer }, { signal });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.thread.close();
  }
}
