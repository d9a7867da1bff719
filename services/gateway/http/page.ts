// Cursor pages as OpenAI's lists have them.

import { z } from 'zod';
import type { Page } from '../database/tenant-table.js';
import { ApiError } from './api.error.js';

/** Query of a list whose pages hold `size` rows unless asked otherwise. */
export const pageQuery = (size: number, largest: number) =>
  z.object({
    after: z.string().optional(),
    limit: z.coerce.number().int().min(1).max(largest).default(size),
    order: z.enum(['asc', 'desc']).optional(),
  });

export const listOf = <S extends z.ZodType>(item: S) =>
  z.object({
    object: z.literal('list'),
    data: z.array(item),
    first_id: z.string().nullable(),
    last_id: z.string().nullable(),
    has_more: z.boolean(),
  });

export interface List<Item> {
  object: 'list';
  data: Item[];
  first_id: string | null;
  last_id: string | null;
  has_more: boolean;
}

/** @throws ApiError 400 where the page is undefined: its cursor was no row of the tenant's. */
export function toList<Row, Item extends { id: string }>(
  page: Page<Row> | undefined,
  toItem: (row: Row) => Item,
): List<Item> {
  if (!page) throw ApiError.invalid("'after' is not the id of an entry of this list.", 'after');
  const data = page.rows.map(toItem);
  return {
    object: 'list',
    data,
    first_id: data[0]?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
    has_more: page.hasMore,
  };
}

/** Seconds since 1970, as OpenAI's objects carry them. */
export const unixSeconds = (date: Date): number => Math.floor(date.getTime() / 1000);
