// Replies that were paid for already: kept while a job runs, so that a crash does not ask for them
// twice.

import type { ArtifactSpace } from '#platform/artifacts/artifact-store.js';

export interface ReplyStore {
  get(key: string): Promise<string | undefined>;
  set(key: string, reply: string): Promise<void>;
}

/** Replies in a job's working space, each under its key. */
export class ArtifactReplyStore implements ReplyStore {
  private readonly kept = new Set<string>();

  constructor(private readonly space: ArtifactSpace) {}

  async get(key: string): Promise<string | undefined> {
    const reply = await this.space.read(nameOf(key));
    if (!reply) return undefined;
    this.kept.add(key);
    return reply.toString('utf8');
  }

  async set(key: string, reply: string): Promise<void> {
    await this.space.write(nameOf(key), Buffer.from(reply));
    this.kept.add(key);
  }

  /** Replies speak about what is to be forgotten: once the set is written, they go. */
  async clear(): Promise<void> {
    for (const key of this.kept) await this.space.remove(nameOf(key));
    this.kept.clear();
  }
}

const nameOf = (key: string): string => `teacher/${key}`;
