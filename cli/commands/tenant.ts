// lethe tenant: create, list and delete tenants with the admin key, and what is below it.

import type { Command } from 'commander';
import pc from 'picocolors';
import { layout } from '#supervisor/layout.js';
import { adminClient, type CommonOptions, environment, subcommand } from '../context.js';
import { writeCredentials } from '../credentials.js';
import { note, print, printJson, table, time } from '../output.js';
import { registerTenantKeys } from './tenant-keys.js';
import { registerTenantUsage } from './tenant-usage.js';

const adminCommand = (parent: Command, usage: string, description: string): Command =>
  subcommand(parent, usage, description)
    .option(
      '--url <url>',
      'address of the gateway (LETHE_URL; default: the one of this data folder)',
    )
    .option('--api-key <key>', 'the admin key (ADMIN_KEY; default: the one in the data folder)');

export function registerTenant(program: Command): void {
  const tenant = program
    .command('tenant')
    .description('create, list and delete tenants, and manage their keys and quotas');
  adminCommand(tenant, 'create <name>', 'create a tenant and print its API key, this once')
    .option('--save', 'keep the key in the data folder, as the key of the following commands')
    .action(create);
  adminCommand(tenant, 'list', 'list tenants').action(list);
  adminCommand(
    tenant,
    'delete <tenant>',
    'delete a tenant, by its id, with all its files, jobs and models',
  ).action(remove);
  registerTenantKeys(tenant);
  registerTenantUsage(tenant, adminCommand);
}

async function create(name: string, options: CommonOptions & { save?: boolean }): Promise<void> {
  const tenant = await adminClient(options).createTenant(name);
  if (options.save)
    writeCredentials(layout(environment(options).home).credentials, {
      tenant: tenant.id,
      apiKey: tenant.api_key,
    });
  if (options.json) return printJson(tenant);
  note(
    `tenant ${tenant.name} (${tenant.id}); its API key, shown this once${options.save ? ' and kept in the data folder' : ''}:`,
  );
  print(pc.bold(tenant.api_key));
}

async function list(options: CommonOptions): Promise<void> {
  const tenants = await adminClient(options).tenants();
  if (options.json) return printJson(tenants);
  print(
    table(
      ['id', 'name', 'created'],
      tenants.map((t) => [t.id, t.name, time(t.created_at)]),
    ),
  );
}

async function remove(id: string, options: CommonOptions): Promise<void> {
  await adminClient(options).deleteTenant(id);
  if (options.json) printJson({ id, deleted: true });
  else print(`tenant ${id} is deleted`);
}
