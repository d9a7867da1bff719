// What a knowledge base holds: entities with attributes, and rows as others see them.

/** A thing with a name. Its names, aliases and values hold no line breaks and no double spaces. */
export interface Entity {
  /** Unique in its base. */
  readonly id: string;
  readonly type: string;
  /** Unique in its base among entities of its type. */
  readonly name: string;
  /** Other names, without its own; in the order given. */
  readonly aliases: readonly string[];
  /** Values by attribute, in the order given; no attribute is without a value. */
  readonly attributes: ReadonlyMap<string, readonly string[]>;
}

/** One entity's values of one attribute. */
export interface Row {
  readonly entity: Entity;
  readonly attribute: string;
  readonly values: readonly string[];
}

export function* rowsOf(entity: Entity): Generator<Row> {
  for (const [attribute, values] of entity.attributes) yield { entity, attribute, values };
}

/** @returns the entity's row of an attribute; nothing where it has none. */
export function rowOf(entity: Entity, attribute: string): Row | undefined {
  const values = entity.attributes.get(attribute);
  return values && { entity, attribute, values };
}
