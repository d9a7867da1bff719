// The lexical judge and the figures of a row, computed beside the thread that answers.

import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { TaskName } from '#contracts/tasks.js';
import type { Judge } from '#metrics/judge.js';
import { Thread } from '#thread/thread.js';
import type { ScoredAnswer } from '../metrics/metric.js';
import type { Measured, ReadingProtocol } from './reading-protocol.js';

@Injectable()
export class Reading implements OnApplicationShutdown {
  private opened: Thread<ReadingProtocol> | undefined;

  /** @param signal of the job that is judged: once it aborts, nothing more is read. */
  judge(signal: AbortSignal): Judge {
    return {
      name: 'lexical',
      entities: (text, question, role) =>
        this.thread().call('entities', { text, question, role }, { signal }),
      similarity: (answer, gold) => this.thread().call('similarity', { answer, gold }, { signal }),
      identifies: (answer, gold, question) =>
        this.thread().call('identifies', { answer, gold, question }, { signal }),
      contradiction: (premise, hypothesis) =>
        this.thread().call('contradiction', { premise, hypothesis }, { signal }),
    };
  }

  row(task: TaskName, answer: ScoredAnswer, signal: AbortSignal): Promise<Measured> {
    return this.thread().call('row', { task, answer }, { signal });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.opened?.close();
  }

  /** Another one where the last has ended. */
  private thread(): Thread<ReadingProtocol> {
    if (!this.opened || this.opened.hasEnded)
      this.opened = new Thread(new URL('reading-thread.js', import.meta.url), 'reading', undefined);
    return this.opened;
  }
}
