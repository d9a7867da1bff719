// Changes as clients write them, with the entities that they name found.

import type { Change } from '#knowledge/changes.js';
import type { Entity } from '#knowledge/entity.js';
import { KnowledgeBaseError } from '#knowledge/errors/knowledge-base.error.js';
import { entityOf } from '#knowledge/readers/entity-draft.js';
import { normalText, tidyText } from '#knowledge/texts/normal-text.js';
import { ApiError } from '../http/api.error.js';
import type { ChangeBody } from './changes-body.js';

type Naming = Exclude<ChangeBody, { op: 'put' }>;

/** Who is meant by a text, the best kind of match alone counting. */
const kinds = ['id', 'name', 'alias'] as const;
type Matches = Record<(typeof kinds)[number], Set<string>>;

/**
 * @param entities of the base as it is; those that changes put count too.
 * @throws ApiError 404 for an entity that is not there, 409 for a name that several have.
 */
export async function namedChanges(
  bodies: readonly ChangeBody[],
  entities: AsyncIterable<Entity>,
): Promise<Change[]> {
  const put = new Map(
    bodies.flatMap((body, at) => (body.op === 'put' ? [[at, putEntity(body, at)] as const] : [])),
  );
  const wanted = new Map<string, Matches>();
  for (const body of bodies) if (body.op !== 'put') wanted.set(normalText(body.entity), matches());
  for await (const entity of entities) note(wanted, entity);
  for (const entity of put.values()) note(wanted, entity);
  return bodies.map((body, at): Change => {
    const entity = put.get(at);
    return entity ? { kind: 'put', entity } : changeOf(body as Naming, at, wanted);
  });
}

const matches = (): Matches => ({ id: new Set(), name: new Set(), alias: new Set() });

function note(wanted: ReadonlyMap<string, Matches>, { id, name, aliases }: Entity): void {
  wanted.get(normalText(id))?.id.add(id);
  wanted.get(normalText(name))?.name.add(id);
  for (const alias of aliases) wanted.get(normalText(alias))?.alias.add(id);
}

/** Attributes as they are kept, to be found; values are tidied with the entity that has them. */
function changeOf(body: Naming, at: number, wanted: ReadonlyMap<string, Matches>): Change {
  const id = idOf(body, at, wanted.get(normalText(body.entity)) ?? matches());
  if (body.op === 'delete')
    return { kind: 'delete', id, attribute: body.attribute && tidyText(body.attribute) };
  return { kind: 'set', id, attribute: tidyText(body.attribute), values: body.values };
}

function idOf(body: Naming, at: number, found: Matches): string {
  const param = `changes.${at}.entity`;
  const best = kinds.map((kind) => [...found[kind]]).find((ids) => ids.length > 0);
  const [id, ...others] = best ?? [];
  if (id === undefined) throw ApiError.notFound('entity', body.entity, param, 'entity_not_found');
  if (others.length === 0) return id;
  throw new ApiError(
    409,
    'invalid_request_error',
    `'${body.entity}' is the name of ${others.length + 1} entities: name one by its id (${[id, ...others].slice(0, 5).join(', ')}).`,
    { param, code: 'entity_ambiguous' },
  );
}

function putEntity({ entity }: Extract<ChangeBody, { op: 'put' }>, at: number): Entity {
  try {
    const attributes = Object.entries(entity.attributes);
    return entityOf({ ...entity, place: `changes.${at}`, attributes }).entity;
  } catch (error) {
    if (!KnowledgeBaseError.isInstance(error)) throw error;
    throw ApiError.invalid(error.message, `changes.${at}.entity`, 'invalid_entity');
  }
}
