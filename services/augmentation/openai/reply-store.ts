// Replies that were paid for already: kept while a job runs, so that a crash does not ask for them
// twice.

import type { Hash, TenantStore } from '#platform/artifacts/artifact-store.js';
import { ArtifactNotFoundError } from '#platform/errors/artifact-not-found.error.js';

export interface ReplyStore {
  get(key: string): Promise<string | undefined>;
  set(key: string, reply: string): Promise<void>;
}

/** Replies as artifacts of the job's tenant, under jobs/<jobId>/teacher/<key>. */
export class ArtifactReplyStore implements ReplyStore {
  private readonly kept = new Map<string, Hash>();

  constructor(
    private readonly store: TenantStore,
    private readonly jobId: string,
  ) {}

  async get(key: string): Promise<string | undefined> {
    const hash = await this.store.getRef(this.ref(key));
    if (!hash) return undefined;
    this.kept.set(key, hash);
    // Gone where another job of the tenant was given the same bytes and has cleared them.
    const bytes = await this.store.get(hash).catch((error: unknown) => {
      if (error instanceof ArtifactNotFoundError) return undefined;
      throw error;
    });
    return bytes?.toString('utf8');
  }

  async set(key: string, reply: string): Promise<void> {
    const hash = await this.store.put(Buffer.from(reply));
    await this.store.setRef(this.ref(key), hash);
    this.kept.set(key, hash);
  }

  /** Replies speak about what is to be forgotten: once the set is written, they go. */
  async clear(): Promise<void> {
    for (const [key, hash] of this.kept) {
      await this.store.deleteRef(this.ref(key));
      await this.store.delete(hash);
    }
    this.kept.clear();
  }

  private readonly ref = (key: string): string => `jobs/${this.jobId}/teacher/${key}`;
}
