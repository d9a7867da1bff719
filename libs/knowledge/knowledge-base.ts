// A knowledge base: entities that can be looked up by id and by name. It never changes.

import { grouped } from '#collections/grouped.js';
import type { Entity } from './entity.js';
import { KnowledgeBaseError } from './errors/knowledge-base.error.js';
import { MAX_ENTITIES } from './limits.js';
import { normalText } from './texts/normal-text.js';

export interface Counts {
  readonly entities: number;
  /** Pairs of an entity and an attribute. */
  readonly rows: number;
  readonly values: number;
}

/** Names that do not name one entity alone. They are allowed, and worth knowing. */
export interface Clashes {
  /** Aliases of more than one entity. */
  readonly ambiguousAliases: readonly string[];
  /** Aliases that are the name of another entity: the name wins. */
  readonly aliasesThatAreNames: readonly string[];
}

/** Where an entity of a list stands, for those who read of it. */
export type PlaceOf = (index: number) => string;

export class KnowledgeBase {
  private readonly byId: ReadonlyMap<string, Entity>;
  private readonly byName: ReadonlyMap<string, readonly Entity[]>;
  private readonly byAlias: ReadonlyMap<string, readonly Entity[]>;

  /**
   * @param entities in the order in which they are listed.
   * @throws KnowledgeBaseError for two of one id, or of one name and type, and for too many.
   */
  constructor(
    readonly entities: readonly Entity[],
    placeOf: PlaceOf = (index) => `entity ${index + 1}`,
  ) {
    if (entities.length > MAX_ENTITIES)
      throw new KnowledgeBaseError('', `has more than ${MAX_ENTITIES} entities`);
    refuseTwins(entities, placeOf, ({ id }) => id, 'id');
    refuseTwins(
      entities,
      placeOf,
      ({ type, name }) => JSON.stringify([type, normalText(name)]),
      'name and type',
    );
    this.byId = new Map(entities.map((entity) => [entity.id, entity]));
    this.byName = grouped(entities, ({ name }) => normalText(name));
    this.byAlias = owners(entities, ({ aliases }) => new Set(aliases.map(normalText)));
  }

  get(id: string): Entity | undefined {
    return this.byId.get(id);
  }

  /** @returns all that a text names, by name or else by alias; in the order of the base. */
  named(text: string): readonly Entity[] {
    const name = normalText(text);
    return this.byName.get(name) ?? this.byAlias.get(name) ?? [];
  }

  /** Of all entities, or of those of a type; in the order in which they first occur. */
  attributes(type?: string): string[] {
    const those = type === undefined ? this.entities : this.entities.filter((e) => e.type === type);
    return [...new Set(those.flatMap(({ attributes }) => [...attributes.keys()]))];
  }

  get counts(): Counts {
    const rows = this.entities.flatMap(({ attributes }) => [...attributes.values()]);
    const values = rows.reduce((sum, { length }) => sum + length, 0);
    return { entities: this.entities.length, rows: rows.length, values };
  }

  /** Compared as they are written. */
  get clashes(): Clashes {
    const names = grouped(this.entities, ({ name }) => name);
    const aliases = [...owners(this.entities, (entity) => entity.aliases)];
    const isOthers = ([alias, own]: [string, readonly Entity[]]): boolean =>
      names.get(alias)?.some((entity) => !own.includes(entity)) ?? false;
    return {
      ambiguousAliases: aliases.filter(([, own]) => own.length > 1).map(([alias]) => alias),
      aliasesThatAreNames: aliases.filter(isOthers).map(([alias]) => alias),
    };
  }
}

/** Entities by each of their texts. */
function owners(
  entities: readonly Entity[],
  textsOf: (entity: Entity) => Iterable<string>,
): Map<string, Entity[]> {
  const pairs = entities.flatMap((entity) =>
    Array.from(textsOf(entity), (text) => ({ text, entity })),
  );
  const groups = [...grouped(pairs, ({ text }) => text)];
  return new Map(groups.map(([text, found]) => [text, found.map(({ entity }) => entity)]));
}

function refuseTwins(
  entities: readonly Entity[],
  placeOf: PlaceOf,
  keyOf: (entity: Entity) => string,
  what: string,
): void {
  const seen = new Map<string, number>();
  for (const [index, entity] of entities.entries()) {
    const first = seen.get(keyOf(entity));
    if (first !== undefined)
      throw new KnowledgeBaseError(placeOf(index), `has the ${what} of ${placeOf(first)}`);
    seen.set(keyOf(entity), index);
  }
}
