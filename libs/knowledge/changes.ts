// Rows set and deleted: what comes out is a base of its own.

import type { Entity } from './entity.js';
import { KnowledgeBase } from './knowledge-base.js';

export type Change =
  /** In place of an entity of the same id, or as a new one at the end. */
  | { readonly kind: 'put'; readonly entity: Entity }
  /** In place of all values of the attribute. */
  | {
      readonly kind: 'set';
      readonly id: string;
      readonly attribute: string;
      readonly values: readonly string[];
    }
  /** The entity with all its rows; or the row of the attribute alone. */
  | { readonly kind: 'delete'; readonly id: string; readonly attribute?: string | undefined };

/**
 * @param changes in the order in which they are made. What they delete may be absent already.
 * @throws KnowledgeBaseError where a name would be another's. @throws RangeError to set a row of an
 * entity that is not there.
 */
export function changed(base: KnowledgeBase, changes: Iterable<Change>): KnowledgeBase {
  const entities = new Map(base.entities.map((entity) => [entity.id, entity]));
  for (const change of changes) {
    if (change.kind === 'put') entities.set(change.entity.id, change.entity);
    else if (change.kind === 'set') setRow(entities, change);
    else deleteRows(entities, change);
  }
  return new KnowledgeBase([...entities.values()]);
}

function setRow(
  entities: Map<string, Entity>,
  { id, attribute, values }: Extract<Change, { kind: 'set' }>,
): void {
  const entity = entities.get(id);
  if (!entity) throw new RangeError(`the base has no entity ${id}`);
  const attributes = new Map([...entity.attributes, [attribute, values]]);
  entities.set(id, { ...entity, attributes });
}

function deleteRows(
  entities: Map<string, Entity>,
  { id, attribute }: Extract<Change, { kind: 'delete' }>,
): void {
  const entity = entities.get(id);
  if (attribute === undefined || !entity) {
    entities.delete(id);
    return;
  }
  const attributes = new Map(entity.attributes);
  attributes.delete(attribute);
  entities.set(id, { ...entity, attributes });
}
