// The example sets that this worker's shards read: each opened once, however many shards it has.

import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { Artifact } from '#contracts/spaces.js';
import { ArtifactStore } from '#platform/artifacts/artifact-store.js';
import { type ExampleSet, openExampleSet } from '#platform/artifacts/example-set.js';

/** Sets of as many jobs as one worker is likely to be busy with; an entry is a list of hashes. */
const OPEN = 16;

@Injectable()
export class ExampleSets {
  private readonly open = new LRUCache<string, Promise<ExampleSet>>({ max: OPEN });

  constructor(private readonly artifacts: ArtifactStore) {}

  /** @throws as openExampleSet */
  get(tenantId: string, { space, hash }: Artifact): Promise<ExampleSet> {
    const key = `${tenantId}/${space}/${hash}`;
    const known = this.open.get(key);
    if (known) return known;
    const opening = openExampleSet(this.artifacts.scope(tenantId).space(space), hash);
    this.open.set(key, opening);
    opening.catch(() => this.open.delete(key));
    return opening;
  }
}
