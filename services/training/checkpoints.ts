// A job's one checkpoint in the tenant's artifacts: the newest, under jobs/<jobId>/checkpoint.

import { stageRef } from '#contracts/jobs.js';
import type { Hash, TenantStore } from '#platform/artifacts/artifact-store.js';
import { ArtifactNotFoundError } from '#platform/errors/artifact-not-found.error.js';
import { CorruptArtifactError } from '#platform/errors/corrupt-artifact.error.js';
import type { Logger } from '#platform/log/logger.js';

export class Checkpoints {
  private readonly ref: string;

  constructor(
    private readonly store: TenantStore,
    jobId: string,
    private readonly log: Logger,
  ) {
    this.ref = stageRef(jobId, 'checkpoint');
  }

  /**
   * Null where there is none, or where it is lost: training then starts over and ends in the same
   * bytes, only later.
   */
  async load(): Promise<Uint8Array | null> {
    const hash = await this.store.getRef(this.ref);
    if (!hash) return null;
    try {
      return await this.store.get(hash);
    } catch (error) {
      if (!(error instanceof ArtifactNotFoundError || error instanceof CorruptArtifactError))
        throw error;
      this.log.warn({ err: error }, 'the checkpoint is lost: training starts over');
      return null;
    }
  }

  /** The old one goes after the ref has moved: at any moment the ref points to a whole one. */
  async save(bytes: Uint8Array): Promise<void> {
    const old = await this.store.getRef(this.ref);
    const hash = await this.store.put(bytes);
    await this.store.setRef(this.ref, hash);
    if (old !== hash) await this.discard(old);
  }

  async clear(): Promise<void> {
    const old = await this.store.getRef(this.ref);
    await this.store.deleteRef(this.ref);
    await this.discard(old);
  }

  private async discard(hash: Hash | null): Promise<void> {
    if (hash) await this.store.delete(hash);
  }
}
