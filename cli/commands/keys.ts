// lethe keys: makes root keys and signing keys, and puts the keys of all tenants under another root
// key.

import type { Command } from 'commander';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createRootKeyFile, readRootKeyFile } from '#platform/artifacts/keys/root-key-text.js';
import { openKeyring } from '#platform/artifacts/open-keyring.js';
import { loadEnv } from '#platform/config/load-env.js';
import { platformEnvSchema } from '#platform/config/platform-env.js';
import { createSigningKeyFile, readSigningKeyFile } from '#platform/receipts/signing-key.js';
import { writeIdentities } from '#supervisor/identities/identities.js';
import { layout } from '#supervisor/layout.js';
import { CommandError } from '../command-error.js';
import { type CommonOptions, environment, subcommand } from '../context.js';
import { exitCodes } from '../exit-codes.js';
import { note, print, printJson } from '../output.js';

const settings = platformEnvSchema.pick({
  KEYS: true,
  ROOT_KEYS: true,
  S3_ENDPOINT: true,
  S3_REGION: true,
  S3_PATH_STYLE: true,
});

export function registerKeys(program: Command): void {
  const keys = program.command('keys').description('make keys, change to another root key');
  subcommand(keys, 'create <file>', 'make a root key in a new file')
    .option('--signing', 'a key that signs receipts, in place of a root key')
    .action(create);
  subcommand(
    keys,
    'init <folder>',
    'make what the services of a platform need and a folder lacks: root key, key of receipts, certificates, keys of claims',
  ).action(init);
  subcommand(
    keys,
    'rotate',
    "put the keys of all tenants under the first of ROOT_KEYS (default: the data folder's)",
  ).action(rotate);
}

interface CreateOptions extends CommonOptions {
  readonly signing?: boolean;
}

async function create(file: string, options: CreateOptions): Promise<void> {
  const make = options.signing ? createSigningKeyFile : createRootKeyFile;
  if (!(await make(file)))
    throw new CommandError(`${file} exists: a key is never overwritten`, exitCodes.usage);
  if (options.signing) return tellSigningKey(file, options);
  const { id } = await readRootKeyFile(file);
  if (options.json) printJson({ id, file });
  else print(`the root key ${id} is in ${file}: back it up, apart from what it protects`);
}

/** Where they are made one after the other, the last one tells that all are there. */
const lastIdentity = 'evaluation-claims.key';

/** Keeps what is there, so that it may be run before each start. */
async function init(folder: string, options: CommonOptions): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const made = {
    root: await createRootKeyFile(join(folder, 'root.key')),
    receipts: await createSigningKeyFile(join(folder, 'receipts.key')),
    identities: !existsSync(join(folder, lastIdentity)),
  };
  if (made.identities) await writeIdentities(folder);
  if (options.json) return printJson({ folder, made });
  const news = Object.values(made).some(Boolean) ? 'was made' : 'was there already';
  print(
    `what the services need ${news} in ${folder}: back up root.key, apart from what it protects`,
  );
}

async function tellSigningKey(file: string, options: CommonOptions): Promise<void> {
  const { id, pem } = (await readSigningKeyFile(file)).public;
  if (options.json) return printJson({ id, file, public: pem });
  note(`the key ${id} is in ${file}; whoever has this one can verify what it signs:`);
  print(pem.trimEnd());
}

async function rotate(options: CommonOptions): Promise<void> {
  const { inherited, home } = environment(options);
  const { keys, rootKey } = layout(home);
  const keyring = await openKeyring(
    loadEnv(settings, {
      ...inherited,
      KEYS: inherited['KEYS'] || keys,
      ROOT_KEYS: inherited['ROOT_KEYS'] || `file:${rootKey}`,
    }),
  );
  const { root, rewrapped, unreadable } = await keyring.rewrap();
  if (options.json) printJson({ root, rewrapped, unreadable });
  else print(`keys of tenants put under the root key ${root}: ${rewrapped}`);
  if (unreadable.length > 0)
    throw new CommandError(
      `damaged, or under none of ROOT_KEYS, are the keys of these tenants: ${unreadable.join(', ')}`,
      exitCodes.failed,
    );
}
