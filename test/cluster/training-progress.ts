// How far a training has come, as its worker tells the queue: what the API tells of a stage never goes
// back, and would hide the steps that are taken again.

import { Redis } from 'ioredis';
import { z } from 'zod';

const schema = z.object({ done: z.number() });

export class TrainingProgress {
  private readonly redis: Redis;

  /** @param url of the release's Redis. */
  constructor(url: string) {
    this.redis = new Redis(url, { maxRetriesPerRequest: 3 });
    // Told by the next question.
    this.redis.on('error', () => {});
  }

  /** @returns its last step, 0 before the first. */
  async of(jobId: string): Promise<number> {
    const told = await this.redis.hget(`lethe:train:${jobId}-train`, 'progress');
    const progress = schema.safeParse(JSON.parse(told ?? '0'));
    return progress.success ? progress.data.done : 0;
  }

  close(): void {
    this.redis.disconnect();
  }
}
