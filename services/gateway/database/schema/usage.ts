// What tenants use, by the hour.

import { doublePrecision, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core';
import type { UsageMetric } from '#contracts/usage-metrics.js';
import { tenantId } from './tenant-id.js';

/** What a tenant has used in an hour. */
export const usage = pgTable(
  'usage',
  {
    tenantId: tenantId(),
    hour: timestamp('hour', { withTimezone: true }).notNull(),
    metric: text('metric').$type<UsageMetric>().notNull(),
    amount: doublePrecision('amount').notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.hour, table.metric] })],
);
