// Adds to what tenants have used in this hour.

import { sql } from 'drizzle-orm';
import type { Amount } from '#contracts/usage-metrics.js';
import { tenants, usage } from './schema.js';
import type { Sql } from './sql.js';

/**
 * Adds to this hour. A tenant that is gone has no usage; rows are written in one order, so
 * that gateways do not wait for each other in a circle.
 */
export async function writeUsage(
  database: Sql,
  amounts: readonly (Amount & { readonly tenantId: string })[],
): Promise<void> {
  if (amounts.length === 0) return;
  const rows = amounts.map(
    ({ tenantId, metric, amount }) => sql`(${tenantId}, ${metric}, ${amount}::double precision)`,
  );
  await database.execute(sql`
    INSERT INTO ${usage} (tenant_id, hour, metric, amount)
    SELECT given.tenant_id, date_trunc('hour', now(), 'UTC'), given.metric, given.amount
    FROM (VALUES ${sql.join(rows, sql`, `)}) AS given (tenant_id, metric, amount)
    JOIN ${tenants} ON ${tenants.id} = given.tenant_id
    ORDER BY given.tenant_id, given.metric
    ON CONFLICT (tenant_id, hour, metric) DO UPDATE SET amount = ${usage.amount} + excluded.amount`);
}
