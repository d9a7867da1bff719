// What runs the gateway's statements, whichever database it is.

import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core';

export type Sql = PgDatabase<PgQueryResultHKT, Record<string, never>>;
