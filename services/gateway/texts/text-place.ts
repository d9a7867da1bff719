// Where a text is kept: what is sealed for one place opens at no other.

import { getTableName } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';

/** @param row its id. */
export const placeOf = (column: PgColumn, row: string): string =>
  `${getTableName(column.table)}.${column.name}/${row}`;
