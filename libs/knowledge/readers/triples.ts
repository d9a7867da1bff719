// Values one by one, gathered into entities.

import { tidyText } from '../texts/normal-text.js';
import { entityOf, type PlacedEntity } from './entity-draft.js';

/** Predicates that say what an entity is, in the languages of the bases at hand. */
const ALIAS = new Set(['alias', 'aliases', 'also known as', '别名']);
const TYPE = 'type';
const NAME = 'name';

export interface Triple {
  readonly line: number;
  /** The entity's name; its id where a triple says its name. */
  readonly subject: string;
  readonly predicate: string;
  readonly object: string;
}

interface Gathered {
  readonly line: number;
  readonly subject: string;
  name?: string;
  type?: string;
  readonly aliases: string[];
  readonly attributes: Map<string, string[]>;
}

/** Held until the end: an entity's triples may stand anywhere. */
export class Triples {
  private readonly subjects = new Map<string, Gathered>();

  add({ line, subject, predicate, object }: Triple): void {
    const key = tidyText(subject);
    const gathered = this.subjects.get(key) ?? {
      line,
      subject: key,
      aliases: [],
      attributes: new Map<string, string[]>(),
    };
    this.subjects.set(key, gathered);
    const said = predicate.trim().toLowerCase();
    if (said === NAME) gathered.name = object;
    else if (said === TYPE) gathered.type = object;
    else if (ALIAS.has(said)) gathered.aliases.push(object);
    else append(gathered.attributes, tidyText(predicate), object);
  }

  *entities(): Generator<PlacedEntity> {
    for (const { line, subject, name, type, aliases, attributes } of this.subjects.values())
      yield entityOf({
        place: `line ${line}`,
        id: name === undefined ? undefined : subject,
        type,
        name: name ?? subject,
        aliases,
        attributes,
      });
  }
}

function append(attributes: Map<string, string[]>, attribute: string, value: string): void {
  const values = attributes.get(attribute);
  if (values) values.push(value);
  else attributes.set(attribute, [value]);
}
