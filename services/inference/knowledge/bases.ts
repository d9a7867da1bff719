// Knowledge bases in memory, each on a thread of its own, for the tenants that have asked from them.

import type { OnApplicationShutdown } from '@nestjs/common';
import type { Artifact } from '#contracts/spaces.js';
import { KnowledgeBaseError } from '#knowledge/errors/knowledge-base.error.js';
import type { ArtifactStore } from '#platform/artifacts/artifact-store.js';
import { SpaceLease } from '#platform/artifacts/space-lease.js';
import { ArtifactNotFoundError } from '#platform/errors/artifact-not-found.error.js';
import { CorruptArtifactError } from '#platform/errors/corrupt-artifact.error.js';
import { SpaceErasedError } from '#platform/errors/space-erased.error.js';
import { Thread } from '#thread/thread.js';
import type { Env } from '../env.js';
import { LeaseCache } from '../lease-cache.js';
import type { BaseProtocol } from './base-protocol.js';
import { UnknownKnowledgeBaseError } from './errors/unknown-knowledge-base.error.js';
import { UnusableKnowledgeBaseError } from './errors/unusable-knowledge-base.error.js';
import { LinkTokens } from './link-tokens.js';

/** What a base takes in memory beside its file: CMeKG's five million bytes take forty. */
const MEMORY_FACTOR = 10;
/** For how long a base in use goes to further callers while others wait: reading one takes seconds. */
const TURN_MS = 10_000;

interface LoadedBase {
  readonly thread: Thread<BaseProtocol>;
  readonly lease: SpaceLease;
  readonly tokens: LinkTokens;
}

/** A base ready to be asked. */
export interface ReadyBase {
  readonly thread: Thread<BaseProtocol>;
  /** Of its entities' links, in the vocabularies that have been asked for. */
  readonly tokens: LinkTokens;
  /** Aborts where the base is erased. */
  readonly signal: AbortSignal;
  release(): void;
}

type BasesEnv = Pick<Env, 'MAX_KNOWLEDGE_BASES' | 'KNOWLEDGE_BYTES' | 'ERASURE_CHECK_MS'>;

/** That one tenant has stored a base gives another none. */
type BaseKey = readonly [tenant: string, space: string, hash: string];
const readKey = (key: string): BaseKey => JSON.parse(key) as BaseKey;

export class Bases implements OnApplicationShutdown {
  private readonly bases: LeaseCache<LoadedBase>;

  constructor(
    private readonly env: BasesEnv,
    private readonly store: ArtifactStore,
  ) {
    this.bases = new LeaseCache<LoadedBase>({
      capacity: env.MAX_KNOWLEDGE_BASES,
      maxBytes: env.KNOWLEDGE_BYTES,
      turnMs: TURN_MS,
      load: (key, fit) => this.load(key, fit),
      dispose: ({ thread, lease }) => {
        lease.close();
        return thread.close();
      },
      isAlive: ({ thread }) => !thread.hasEnded,
      ownerOf: (key) => readKey(key)[0],
    });
  }

  get size(): number {
    return this.bases.size;
  }

  /**
   * Bases in use stay; others make room. Who finds none waits for it.
   * @throws UnknownKnowledgeBaseError, UnusableKnowledgeBaseError, the signal's reason
   */
  async acquire(
    tenant: string,
    { space, hash }: Artifact,
    signal: AbortSignal,
  ): Promise<ReadyBase> {
    const named: BaseKey = [tenant, space, hash];
    const { value, release } = await this.bases.acquire(JSON.stringify(named), signal);
    try {
      await value.lease.confirm();
      return { ...value, signal: value.lease.signal, release };
    } catch (error) {
      release();
      throw baseFailure(error, hash);
    }
  }

  /** Drops a tenant's bases, used or not. */
  async forget(tenant: string): Promise<void> {
    const own = [...this.bases.keys()].filter((key) => readKey(key)[0] === tenant);
    await Promise.all(own.map((key) => this.bases.drop(key)));
  }

  async onApplicationShutdown(): Promise<void> {
    await this.bases.clear();
  }

  private async load(key: string, fit: (bytes: number) => Promise<void>): Promise<LoadedBase> {
    const [tenant, space, hash] = readKey(key);
    try {
      const artifacts = this.store.scope(tenant).space(space);
      const lines = await artifacts.get(hash);
      await fit(this.bytesOf(lines));
      const thread = await threadOf(lines);
      const lease = await SpaceLease.take(artifacts, this.env.ERASURE_CHECK_MS).catch(
        async (error: unknown) => {
          await thread.close();
          throw error;
        },
      );
      lease.signal.addEventListener('abort', () => void this.bases.drop(key));
      return { thread, lease, tokens: new LinkTokens() };
    } catch (error) {
      throw baseFailure(error, hash);
    }
  }

  private bytesOf({ length }: Uint8Array): number {
    const [bytes, limit] = [length * MEMORY_FACTOR, this.env.KNOWLEDGE_BYTES];
    if (bytes > limit)
      throw new UnusableKnowledgeBaseError(
        `the knowledge base takes ${bytes} bytes in memory, expected at most ${limit} (KNOWLEDGE_BYTES)`,
      );
    return bytes;
  }
}

async function threadOf(lines: Uint8Array): Promise<Thread<BaseProtocol>> {
  const file = new URL('base-thread.js', import.meta.url);
  const thread = new Thread<BaseProtocol>(file, 'knowledge base', lines);
  await thread.ready;
  return thread;
}

/** What trouble with an artifact means for whoever named it. */
function baseFailure(cause: unknown, hash: string): unknown {
  if (ArtifactNotFoundError.isInstance(cause) || SpaceErasedError.isInstance(cause))
    return new UnknownKnowledgeBaseError(hash, cause);
  if (CorruptArtifactError.isInstance(cause))
    return new UnusableKnowledgeBaseError(`knowledge base "${hash}" is damaged in the store`, {
      cause,
    });
  if (KnowledgeBaseError.isInstance(cause))
    return new UnusableKnowledgeBaseError(cause.publicMessage, { cause });
  return cause;
}
