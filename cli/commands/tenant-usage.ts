// lethe tenant usage and quotas: what a tenant has used, and may use.

import { type Command, Option } from 'commander';
import type { Quotas, Usage, UsageAmounts } from '#client/types.js';
import {
  adminClient,
  clientFor,
  type CommonOptions,
  type TenantOptions,
  tenantSubcommand,
} from '../context.js';
import { print, printJson, table, time } from '../output.js';
import { stageTitles } from '../stage-titles.js';
import { requestFields } from '../unlearn-body.js';
import { collect, date } from '../values.js';

interface UsageOptions extends TenantOptions {
  readonly since?: number;
  readonly until?: number;
  readonly by: 'hour' | 'day';
}

type Subcommand = (parent: Command, usage: string, description: string) => Command;

export function registerTenantUsage(tenant: Command, adminCommand: Subcommand): void {
  tenantSubcommand(tenant, 'usage', 'show what a tenant has used, and its quotas')
    .option('--since <date>', 'from when: 2026-01-31 (default: 30 days before the end)', date)
    .option('--until <date>', 'to when, not included (default: now)', date)
    .addOption(new Option('--by <width>', 'a row for each').choices(['hour', 'day']).default('day'))
    .action(usage);
  adminCommand(tenant, 'quotas <tenant>', "show a tenant's quotas, or change them")
    .option(
      '--set <quota=value>',
      'a quota and its value, or null for what holds for all (repeatable)',
      collect,
      [],
    )
    .action(quotas);
}

async function usage(options: UsageOptions): Promise<void> {
  const query = {
    ...(options.since === undefined ? {} : { start_time: options.since }),
    ...(options.until === undefined ? {} : { end_time: options.until }),
    bucket_width: options.by === 'hour' ? ('1h' as const) : ('1d' as const),
  };
  const used = await clientFor(options).usage(query, options.tenant);
  if (options.json) printJson(used);
  else print(usageText(used));
}

function usageText(used: Usage): string {
  const head = ['from', 'requests', 'prompt tokens', 'completion tokens', 'trained tokens'];
  const rows = used.data.map((bucket) => [time(bucket.start_time), ...figures(bucket)]);
  const stages = Object.entries(used.job_seconds).map(([stage, seconds]) => [
    stageTitles[stage as keyof Usage['job_seconds']],
    seconds.toFixed(1),
  ]);
  return [
    `${time(used.start_time)} to ${time(used.end_time)}`,
    table(head, [...rows, ['all', ...figures(used)]]),
    table(['stage', 'seconds'], stages),
    table(['', 'now', 'quota'], quotaRows(used)),
  ].join('\n');
}

const figures = (amounts: UsageAmounts): number[] => [
  amounts.requests,
  amounts.prompt_tokens,
  amounts.completion_tokens,
  amounts.trained_tokens,
];

const quotaRows = ({ quotas: all, now }: Usage): (string | number)[][] =>
  Object.entries(all).map(([name, quota]) => [
    name,
    name in now ? now[name as keyof Usage['now']] : '',
    quota,
  ]);

async function quotas(id: string, options: CommonOptions & { set: string[] }): Promise<void> {
  const change = requestFields(undefined, {}, options.set) as Partial<
    Record<keyof Quotas, number | null>
  >;
  const tenant = await adminClient(options).tenantQuotas(
    id,
    options.set.length > 0 ? change : undefined,
  );
  if (options.json) return printJson(tenant);
  const rows = Object.entries(tenant.quotas).map(([name, quota]) => [
    name,
    quota,
    name in tenant.own_quotas ? 'its own' : 'for all',
  ]);
  print(table(['quota', 'value', ''], rows));
}
