// What a base holds, counted as its entities come, and whether they can be one base.

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

export class Census {
  private entities = 0;
  private rows = 0;
  private values = 0;
  /** Where the first of each was. */
  private readonly ids = new Map<string, string>();
  private readonly twins = new Map<string, string>();
  /** Ids by name and by alias, as they are written. */
  private readonly named = new Map<string, string[]>();
  private readonly aliased = new Map<string, string[]>();

  /**
   * @param place of the entity, for those who read of it.
   * @throws KnowledgeBaseError for one too many, and for one whose id, or whose name and type, is
   * taken.
   */
  add(entity: Entity, place: string): void {
    const { id, type, name, aliases, attributes } = entity;
    if (this.entities === MAX_ENTITIES)
      throw new KnowledgeBaseError(place, `a base has at most ${MAX_ENTITIES} entities`);
    take(this.ids, id, place, 'id');
    take(this.twins, JSON.stringify([type, normalText(name)]), place, 'name and type');
    append(this.named, name, id);
    for (const alias of aliases) append(this.aliased, alias, id);
    this.entities += 1;
    this.rows += attributes.size;
    for (const { length } of attributes.values()) this.values += length;
  }

  get counts(): Counts {
    const { entities, rows, values } = this;
    return { entities, rows, values };
  }

  get clashes(): Clashes {
    const aliases = [...this.aliased];
    const isOthers = ([alias, owners]: [string, string[]]): boolean =>
      this.named.get(alias)?.some((id) => !owners.includes(id)) ?? false;
    return {
      ambiguousAliases: aliases.filter(([, owners]) => owners.length > 1).map(([alias]) => alias),
      aliasesThatAreNames: aliases.filter(isOthers).map(([alias]) => alias),
    };
  }
}

function take(taken: Map<string, string>, key: string, place: string, what: string): void {
  const first = taken.get(key);
  if (first !== undefined) throw new KnowledgeBaseError(place, `has the ${what} of ${first}`);
  taken.set(key, place);
}

function append(lists: Map<string, string[]>, key: string, value: string): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}
