// What was read from a space may be kept in memory while the space lives. Its key is the lease:
// looked for again and again, so that no news of an erasure can be missed.

import { SpaceErasedError } from '../errors/space-erased.error.js';
import type { ArtifactSpace } from './artifact-store.js';

/** How long the space counts as alive while nobody can say, in ms. */
export const UNSEEN_TTL = 60_000;

export class SpaceLease {
  private readonly ending = new AbortController();
  private readonly timer: NodeJS.Timeout;
  private seenAt = performance.now();

  private constructor(
    private readonly space: ArtifactSpace,
    private readonly checkMs: number,
  ) {
    this.timer = setInterval(() => void this.look(), checkMs).unref();
  }

  /**
   * @param checkMs how long a look at the key holds.
   * @throws SpaceErasedError; what the look-up throws
   */
  static async take(space: ArtifactSpace, checkMs: number): Promise<SpaceLease> {
    if (!(await space.lives())) throw new SpaceErasedError(space.id);
    return new SpaceLease(space, checkMs);
  }

  /** Aborts when the lease ends, with why. */
  get signal(): AbortSignal {
    return this.ending.signal;
  }

  /** Looks again where the last look no longer holds. @throws what the lease has ended with */
  async confirm(): Promise<void> {
    if (performance.now() - this.seenAt > this.checkMs) await this.look();
    this.signal.throwIfAborted();
  }

  close(): void {
    clearInterval(this.timer);
  }

  private async look(): Promise<void> {
    try {
      if (!(await this.space.lives())) return this.end(new SpaceErasedError(this.space.id));
      this.seenAt = performance.now();
    } catch (error) {
      if (performance.now() - this.seenAt > UNSEEN_TTL) this.end(error);
    }
  }

  private end(reason: unknown): void {
    this.close();
    this.ending.abort(reason);
  }
}
