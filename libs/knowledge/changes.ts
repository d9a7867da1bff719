// Rows set and deleted, as the entities of a base go by.

import type { Entity } from './entity.js';

export type Change =
  /** In place of an entity of the same id, or as a new one at the end. */
  | { readonly kind: 'put'; readonly entity: Entity }
  /** In place of all values of the attribute. An entity that is not there stays away. */
  | {
      readonly kind: 'set';
      readonly id: string;
      readonly attribute: string;
      readonly values: readonly string[];
    }
  /** The entity with all its rows; or the row of the attribute alone. */
  | { readonly kind: 'delete'; readonly id: string; readonly attribute?: string | undefined };

const idOf = (change: Change): string => (change.kind === 'put' ? change.entity.id : change.id);

/** @param changes in the order in which they are made. @returns the entities after them. */
export async function* changed(
  entities: AsyncIterable<Entity> | Iterable<Entity>,
  changes: readonly Change[],
): AsyncGenerator<Entity> {
  const left = new Map<string, Change[]>();
  for (const change of changes) left.set(idOf(change), [...(left.get(idOf(change)) ?? []), change]);
  for await (const entity of entities) {
    const after = (left.get(entity.id) ?? []).reduce<Entity | undefined>(made, entity);
    left.delete(entity.id);
    if (after) yield after;
  }
  for (const own of left.values()) {
    const entity = own.reduce<Entity | undefined>(made, undefined);
    if (entity) yield entity;
  }
}

function made(entity: Entity | undefined, change: Change): Entity | undefined {
  if (change.kind === 'put') return change.entity;
  if (!entity) return undefined;
  if (change.kind === 'set')
    return withRows(entity, [...entity.attributes, [change.attribute, change.values]]);
  if (change.attribute === undefined) return undefined;
  return withRows(
    entity,
    [...entity.attributes].filter(([attribute]) => attribute !== change.attribute),
  );
}

const withRows = (
  entity: Entity,
  rows: Iterable<readonly [string, readonly string[]]>,
): Entity => ({ ...entity, attributes: new Map(rows) });
