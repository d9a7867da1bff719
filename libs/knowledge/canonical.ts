// A knowledge base as bytes: equal bases have equal ones.

import type { Entity } from './entity.js';
import type { KnowledgeBase } from './knowledge-base.js';

/** JSON lines of the canonical format, in the order of the base. */
export function* canonicalLines(base: KnowledgeBase): Generator<string> {
  for (const entity of base.entities) yield `${JSON.stringify(canonical(entity))}\n`;
}

const canonical = ({ id, type, name, aliases, attributes }: Entity) => ({
  id,
  type,
  name,
  ...(aliases.length > 0 ? { aliases } : {}),
  attributes: Object.fromEntries(attributes),
});
