// What may be asked of which entities, by their types.

import type { Entity } from '../entity.js';
import type { KnowledgeBase } from '../knowledge-base.js';
import type { SaidName } from './candidates.js';

const NONE: readonly string[] = [];

export class Askable {
  private readonly byType: ReadonlyMap<string, ReadonlySet<string>>;

  constructor({ entities }: KnowledgeBase) {
    const byType = new Map<string, Set<string>>();
    for (const { type, attributes } of entities) {
      const known = byType.get(type) ?? new Set();
      for (const attribute of attributes.keys()) known.add(attribute);
      byType.set(type, known);
    }
    this.byType = byType;
  }

  /** All that any entity of the type has, in the order in which it first occurs. */
  attributes(type: string): readonly string[] {
    return [...(this.byType.get(type) ?? NONE)];
  }

  /** Those of whose type it may be asked. */
  having(attribute: string, entities: readonly Entity[]): readonly Entity[] {
    return entities.filter(({ type }) => this.byType.get(type)?.has(attribute));
  }

  /**
   * Whether names mean this entity, one of them freely, and no other of those that the attribute may
   * be asked of: who asks after a drug's use against a disease names both.
   */
  isMeantAlone(
    entity: Entity,
    attribute: string,
    said: readonly Pick<SaidName, 'entities' | 'isFree'>[],
  ): boolean {
    const meant = said.flatMap(({ entities }) => this.having(attribute, entities));
    const isFree = said.some((name) => name.isFree && name.entities.includes(entity));
    return isFree && meant.length > 0 && meant.every((one) => one === entity);
  }
}
