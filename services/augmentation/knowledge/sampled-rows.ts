// Rows that questions are made of: as many of each attribute, as far as there are so many.

import { type Entity, type Row, rowsOf } from '#knowledge/entity.js';

/** @param entities in an order of chance. @returns at most `count` rows. */
export function sampledRows(entities: readonly Entity[], count: number): Row[] {
  const byAttribute = new Map<string, Row[]>();
  for (const entity of entities)
    for (const row of rowsOf(entity)) {
      const key = JSON.stringify([entity.type, row.attribute]);
      const rows = byAttribute.get(key);
      if (rows) rows.push(row);
      else byAttribute.set(key, [row]);
    }
  const lists = [...byAttribute.values()];
  const sampled: Row[] = [];
  for (let round = 0; sampled.length < count; round++) {
    const drawn = lists.flatMap((rows) => rows[round] ?? []);
    if (drawn.length === 0) break;
    sampled.push(...drawn.slice(0, count - sampled.length));
  }
  return sampled;
}
