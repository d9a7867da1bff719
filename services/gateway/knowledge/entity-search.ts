// Entities of a base by what they are called: exactly so, or beginning so, or with it in a name.

import type { Entity } from '#knowledge/entity.js';
import { normalText } from '#knowledge/texts/normal-text.js';

/** How well a name fits, the best first. */
const fits = [
  (name: string, text: string): boolean => name === text,
  (name: string, text: string): boolean => name.startsWith(text),
  (name: string, text: string): boolean => name.includes(text),
];

/** @returns at most `limit`, the best first, in the order of the base among equals. */
export async function searchEntities(
  entities: AsyncIterable<Entity>,
  query: string,
  limit: number,
): Promise<Entity[]> {
  const text = normalText(query);
  const found: Entity[][] = fits.map(() => []);
  for await (const entity of entities) {
    const fit = fitOf(entity, text);
    const level = fit === undefined ? undefined : found[fit];
    if (level && level.length < limit) level.push(entity);
  }
  return found.flat().slice(0, limit);
}

function fitOf({ id, name, aliases }: Entity, text: string): number | undefined {
  const names = [id, name, ...aliases].map(normalText);
  const fit = fits.findIndex((isFit) => names.some((one) => isFit(one, text)));
  return fit < 0 ? undefined : fit;
}
