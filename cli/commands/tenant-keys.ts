// lethe tenant keys: a tenant's keys, by itself or by the operator.

import type { Command } from 'commander';
import pc from 'picocolors';
import type { NewTenantKey } from '#client/types.js';
import { clientFor, type TenantOptions, tenantSubcommand } from '../context.js';
import { note, print, printJson, table, time } from '../output.js';
import { duration } from '../values.js';

interface ExpiringOptions extends TenantOptions {
  readonly expiresIn?: number;
}

export function registerTenantKeys(tenant: Command): void {
  const keys = tenant.command('keys').description("list, make, replace and revoke a tenant's keys");
  tenantSubcommand(keys, 'list', 'list keys: never the keys themselves').action(list);
  expiring(tenantSubcommand(keys, 'create <name>', 'make a key and print it, this once')).action(
    create,
  );
  expiring(
    tenantSubcommand(keys, 'rotate <key>', 'replace a key, by its id, and print the new one'),
  )
    .option('--overlap <time>', 'how long the old key stays valid (default 1h)', duration)
    .action(rotate);
  tenantSubcommand(keys, 'revoke <key>', 'revoke a key, by its id, at once').action(revoke);
}

const expiring = (command: Command): Command =>
  command.option('--expires-in <time>', 'when the new key expires: 90d, 12h ...', duration);

const expiry = ({ expiresIn }: ExpiringOptions): { expires_at?: number } =>
  expiresIn === undefined ? {} : { expires_at: Math.floor(Date.now() / 1000) + expiresIn };

async function list(options: TenantOptions): Promise<void> {
  const keys = await clientFor(options).keys(options.tenant);
  if (options.json) return printJson(keys);
  print(
    table(
      ['id', 'name', 'begins with', 'created', 'last used', 'expires'],
      keys.map((key) => [
        key.id,
        key.name,
        key.prefix ?? '',
        time(key.created_at),
        key.last_used_at ? time(key.last_used_at) : 'never',
        key.expires_at ? time(key.expires_at) : 'never',
      ]),
    ),
  );
}

async function create(name: string, options: ExpiringOptions): Promise<void> {
  show(await clientFor(options).createKey({ name, ...expiry(options) }, options.tenant), options);
}

async function rotate(id: string, options: ExpiringOptions & { overlap?: number }): Promise<void> {
  const overlap = options.overlap === undefined ? {} : { overlap_seconds: options.overlap };
  show(
    await clientFor(options).rotateKey(id, { ...overlap, ...expiry(options) }, options.tenant),
    options,
  );
}

function show(key: NewTenantKey, options: TenantOptions): void {
  if (options.json) return printJson(key);
  const end = key.expires_at ? `, until ${time(key.expires_at)}` : '';
  note(`key ${key.name} (${key.id})${end}; shown this once:`);
  print(pc.bold(key.api_key));
}

async function revoke(id: string, options: TenantOptions): Promise<void> {
  await clientFor(options).revokeKey(id, options.tenant);
  if (options.json) printJson({ id, deleted: true });
  else print(`key ${id} is revoked`);
}
