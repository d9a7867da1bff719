// What every subcommand shares: its options, how it finds the gateway and its key, how it prints.

import type { Command } from 'commander';
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { LetheClient } from '#client/lethe-client.js';
import { clientEnv, type ClientEnv } from '#supervisor/env.js';
import { layout } from '#supervisor/layout.js';
import { runningState } from '#supervisor/state.js';
import { CommandError } from './command-error.js';
import { readCredentials } from './credentials.js';
import { exitCodes } from './exit-codes.js';

export interface CommonOptions {
  readonly json?: boolean;
  readonly home?: string;
  readonly url?: string;
  readonly apiKey?: string;
}

/** A subcommand with the options that all of them have. */
export function subcommand(parent: Command, usage: string, description: string): Command {
  return parent
    .command(usage)
    .description(description)
    .option('--json', 'print JSON, for machines')
    .option('--home <folder>', 'the data folder (LETHE_HOME, default .lethe in the project)');
}

/** A subcommand that talks to the gateway. */
export const remoteSubcommand = (parent: Command, usage: string, description: string): Command =>
  subcommand(parent, usage, description)
    .option(
      '--url <url>',
      'address of the gateway (LETHE_URL; default: the one of this data folder)',
    )
    .option(
      '--api-key <key>',
      "the tenant's key (LETHE_API_KEY; default: the one that `lethe tenant create --save` kept)",
    );

export interface TenantOptions extends CommonOptions {
  /** Whose, by the admin key; absent: the tenant whose key this is. */
  readonly tenant?: string;
}

/** A subcommand for a tenant itself, and for the operator on its behalf. */
export const tenantSubcommand = (parent: Command, usage: string, description: string): Command =>
  remoteSubcommand(parent, usage, description).option(
    '--tenant <id>',
    "whose, with the admin key (default: your own, with the tenant's key)",
  );

export function environment(options: CommonOptions): ClientEnv {
  const env = clientEnv();
  return options.home ? { ...env, home: resolve(options.home) } : env;
}

const gatewayUrl = (env: ClientEnv, options: CommonOptions): string =>
  options.url ?? env.url ?? runningState(layout(env.home).state)?.url ?? 'http://127.0.0.1:8787';

/** Tries for commands that follow a job: enough to outlast the restart of a service. */
export const patientRetries = 6;

/** @throws CommandError where no key is known. */
export function tenantClient(options: CommonOptions, maxRetries?: number): LetheClient {
  const env = environment(options);
  const apiKey =
    options.apiKey ?? env.apiKey ?? readCredentials(layout(env.home).credentials)?.apiKey;
  if (!apiKey)
    throw new CommandError(
      'no API key: create a tenant with "lethe tenant create <name> --save", or set LETHE_API_KEY',
      exitCodes.usage,
    );
  return new LetheClient({ url: gatewayUrl(env, options), apiKey, maxRetries });
}

/** @throws CommandError where no admin key is known. */
export function adminClient(options: CommonOptions): LetheClient {
  const env = environment(options);
  const file = layout(env.home).adminKey;
  const apiKey =
    options.apiKey ??
    env.adminKey ??
    (existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined);
  if (!apiKey)
    throw new CommandError(
      `no admin key: ${file} does not exist; run "lethe up" first, or set ADMIN_KEY`,
      exitCodes.usage,
    );
  return new LetheClient({ url: gatewayUrl(env, options), apiKey });
}

/** @throws CommandError where no such key is known. */
export const clientFor = (options: TenantOptions): LetheClient =>
  options.tenant === undefined ? tenantClient(options) : adminClient(options);
