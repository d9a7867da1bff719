// The base of a job, in memory: names are looked up in all of it.

import type { Artifact } from '#contracts/spaces.js';
import type { Entity } from '#knowledge/entity.js';
import { KnowledgeBase } from '#knowledge/knowledge-base.js';
import { readJsonLines } from '#knowledge/readers/jsonl.js';
import type { TenantStore } from '#platform/artifacts/artifact-store.js';

/** @throws ArtifactNotFoundError, KnowledgeBaseError */
export async function readBase(
  tenant: TenantStore,
  { space, hash }: Artifact,
): Promise<KnowledgeBase> {
  const entities: Entity[] = [];
  for await (const { entity } of readJsonLines(await tenant.space(space).getStream(hash)))
    entities.push(entity);
  return new KnowledgeBase(entities);
}
