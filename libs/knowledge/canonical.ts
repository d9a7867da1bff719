// A knowledge base as bytes: equal bases have equal ones.

import type { Entity } from './entity.js';

/** A line of the canonical format, which `readJsonLines` reads. */
export const canonicalLine = (entity: Entity): string => `${JSON.stringify(plainEntity(entity))}\n`;

/** As JSON has it: `{id, type, name, aliases, attributes}`. */
export const plainEntity = ({ id, type, name, aliases, attributes }: Entity) => ({
  id,
  type,
  name,
  aliases,
  attributes: Object.fromEntries(attributes),
});
