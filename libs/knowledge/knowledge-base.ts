// A knowledge base in memory: entities that can be looked up by id and by name. It never changes.

import { grouped } from '#collections/grouped.js';
import type { Entity } from './entity.js';
import { normalText } from './texts/normal-text.js';

export class KnowledgeBase {
  private readonly byId: ReadonlyMap<string, Entity>;
  private readonly byName: ReadonlyMap<string, readonly Entity[]>;
  private readonly byAlias: ReadonlyMap<string, readonly { readonly entity: Entity }[]>;

  /** @param entities in the order in which they are listed; a census has found them to be one base. */
  constructor(readonly entities: readonly Entity[]) {
    this.byId = new Map(entities.map((entity) => [entity.id, entity]));
    this.byName = grouped(entities, ({ name }) => normalText(name));
    const aliased = entities.flatMap((entity) =>
      [...new Set(entity.aliases.map(normalText))].map((alias) => ({ alias, entity })),
    );
    this.byAlias = grouped(aliased, ({ alias }) => alias);
  }

  get(id: string): Entity | undefined {
    return this.byId.get(id);
  }

  /** @returns all that a text names, by name or else by alias; in the order of the base. */
  named(text: string): readonly Entity[] {
    const name = normalText(text);
    return this.byName.get(name) ?? this.byAlias.get(name)?.map(({ entity }) => entity) ?? [];
  }

  /** Of all entities, or of those of a type; in the order in which they first occur. */
  attributes(type?: string): string[] {
    const those = type === undefined ? this.entities : this.entities.filter((e) => e.type === type);
    return [...new Set(those.flatMap(({ attributes }) => [...attributes.keys()]))];
  }
}
