// Reads what a tenant has used.

import { Injectable } from '@nestjs/common';
import { and, asc, eq, gte, lt } from 'drizzle-orm';
import type { Quotas } from '#contracts/quotas.js';
import { stageNames } from '#contracts/stages.js';
import type { UsageMetric } from '#contracts/usage-metrics.js';
import { Database } from '../database/database.js';
import { usage } from '../database/schema.js';
import { TenantRecords } from '../database/tenant-records.js';
import { countAtWork } from '../quotas/at-work.js';
import { storedBytes } from '../quotas/stored-bytes.js';
import type { Amounts, Now, UsageObject, UsageQuery } from '../usage/usage-object.js';

type Row = Pick<typeof usage.$inferSelect, 'hour' | 'metric' | 'amount'>;

const widths = { '1h': 3600, '1d': 24 * 3600 };
const date = (seconds: number): Date => new Date(seconds * 1000);

@Injectable()
export class UsageService {
  constructor(private readonly database: Database) {}

  async read(tenantId: string, quotas: Quotas, query: UsageQuery): Promise<UsageObject> {
    const { start, end, width } = query;
    const rows = await this.database.sql
      .select({ hour: usage.hour, metric: usage.metric, amount: usage.amount })
      .from(usage)
      .where(
        and(eq(usage.tenantId, tenantId), gte(usage.hour, date(start)), lt(usage.hour, date(end))),
      )
      .orderBy(asc(usage.hour));
    return {
      object: 'usage',
      start_time: start,
      end_time: end,
      ...amountsOf(rows),
      now: await now(new TenantRecords(this.database.sql, tenantId)),
      quotas,
      data: buckets(rows, widths[width]),
    };
  }
}

async function now(records: TenantRecords): Promise<Now> {
  const { running, waiting } = await countAtWork(records);
  return {
    stored_bytes: await storedBytes(records),
    models: await records.models.count(),
    running_jobs: running,
    waiting_jobs: waiting,
  };
}

/** Those in which there was something. */
function buckets(rows: readonly Row[], width: number): UsageObject['data'] {
  const byStart = new Map<number, Row[]>();
  for (const row of rows) {
    const seconds = row.hour.getTime() / 1000;
    const start = seconds - (seconds % width);
    byStart.set(start, [...(byStart.get(start) ?? []), row]);
  }
  return [...byStart].map(([start, own]) => ({
    object: 'bucket',
    start_time: start,
    end_time: start + width,
    ...amountsOf(own),
  }));
}

function amountsOf(rows: readonly Row[]): Amounts {
  const sum = (metric: UsageMetric): number =>
    rows.reduce((all, row) => (row.metric === metric ? all + row.amount : all), 0);
  return {
    requests: sum('requests'),
    prompt_tokens: sum('prompt_tokens'),
    completion_tokens: sum('completion_tokens'),
    trained_tokens: sum('trained_tokens'),
    evaluation_seconds: sum('evaluation_seconds'),
    job_seconds: Object.fromEntries(
      stageNames.map((stage) => [stage, sum(`job_seconds.${stage}`)]),
    ) as Amounts['job_seconds'],
  };
}
