// A knowledge base for tests.

import type { ReadKnowledgeBase } from '#client/types.js';
import type { TestTenant } from './gateway.js';

export function createBase(
  tenant: TestTenant,
  entities: readonly object[],
  name = 'meds',
): Promise<ReadKnowledgeBase> {
  const body = new FormData();
  body.set('name', name);
  const lines = entities.map((entity) => JSON.stringify(entity)).join('\n');
  body.set('file', new File([lines], 'base.jsonl'));
  return tenant.client.post('/knowledge_bases', { body });
}

export const changeBase = (
  { client }: TestTenant,
  id: string,
  change: object,
): Promise<ReadKnowledgeBase> =>
  client.post(`/knowledge_bases/${id}/changes`, { body: { changes: [change] } });
