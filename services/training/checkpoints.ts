// A job's one checkpoint, in its working space: the newest.

import type { ArtifactSpace } from '#platform/artifacts/artifact-store.js';
import { CorruptArtifactError } from '#platform/errors/corrupt-artifact.error.js';
import type { Logger } from '#platform/log/logger.js';

const NAME = 'checkpoint';

export class Checkpoints {
  constructor(
    private readonly space: ArtifactSpace,
    private readonly log: Logger,
  ) {}

  /**
   * Null where there is none, or where it is damaged: training then starts over and ends in the
   * same bytes, only later.
   */
  async load(): Promise<Uint8Array | null> {
    try {
      return await this.space.read(NAME);
    } catch (error) {
      if (!CorruptArtifactError.isInstance(error)) throw error;
      this.log.warn({ err: error }, 'the checkpoint is damaged: training starts over');
      return null;
    }
  }

  /** Replaces the one before: at any moment there is a whole one. */
  save(bytes: Uint8Array): Promise<void> {
    return this.space.write(NAME, bytes);
  }

  clear(): Promise<void> {
    return this.space.remove(NAME);
  }
}
