// lethe receipt: shows receipts of erasures and of unlearning, and verifies them without a network.

import type { Command } from 'commander';
import { readFile } from 'node:fs/promises';
import type { Receipt as Listed } from '#client/types.js';
import { last } from '#collections/items.js';
import type { Envelope } from '#contracts/receipts/envelope.js';
import { parsePublicKeys } from '#platform/receipts/public-key.js';
import { readReceiptLog } from '#platform/receipts/receipt-log.js';
import type { Receipt } from '#platform/receipts/receipt.js';
import { CommandError } from '../command-error.js';
import {
  clientFor,
  type CommonOptions,
  remoteSubcommand,
  tenantClient,
  type TenantOptions,
  tenantSubcommand,
} from '../context.js';
import { exitCodes } from '../exit-codes.js';
import { print, printJson, table } from '../output.js';

interface VerifyOptions {
  readonly key: string;
  readonly json?: boolean;
}

export function registerReceipt(program: Command): void {
  const receipt = program.command('receipt').description('list and verify receipts');
  receipt
    .command('verify <file>')
    .description('verify a receipt, or a log of receipts as JSON or as lines of JSON')
    .requiredOption('--key <file>', 'the public key, or several, in PEM')
    .option('--json', 'print JSON, for machines')
    .action(verify);
  remoteSubcommand(
    receipt,
    'get <job>',
    'print the receipt of a job, also of a deleted one: the signed document',
  ).action(get);
  tenantSubcommand(
    receipt,
    'list',
    "verify and list a tenant's receipts; with --json the log, as verify reads it",
  ).action(list);
  tenantSubcommand(receipt, 'key', 'print the public keys that verify receipts').action(key);
}

async function get(job: string, options: CommonOptions): Promise<void> {
  printJson(await tenantClient(options).jobReceipt(job));
}

async function list(options: TenantOptions): Promise<void> {
  const envelopes: Envelope[] = [];
  for await (const { envelope } of clientFor(options).receipts(options.tenant))
    envelopes.push(envelope);
  const receipts = readReceiptLog(
    envelopes,
    parsePublicKeys(await keysFor(options), 'the gateway'),
  );
  if (options.json) printJson(envelopes);
  else print(receiptTable(receipts));
}

async function key(options: TenantOptions): Promise<void> {
  const pem = await keysFor(options);
  if (options.json) printJson({ pem });
  else print(pem.trimEnd());
}

const keysFor = (options: TenantOptions): Promise<string> =>
  clientFor(options).receiptKeys(options.tenant === undefined ? 'tenant' : 'admin');

async function verify(file: string, options: VerifyOptions): Promise<void> {
  const keys = parsePublicKeys(await readFile(options.key, 'utf8'), options.key);
  const receipts = readReceiptLog(parseEnvelopes(await readFile(file, 'utf8'), file), keys);
  const { hash } = last(receipts);
  if (options.json)
    return printJson({ verified: true, hash, statements: receipts.map((one) => one.statement) });
  print(receiptTable(receipts));
  print(`verified: ${receipts.length}, the last of which has the hash ${hash}`);
}

const receiptTable = (receipts: readonly Receipt[]): string =>
  table(['place', 'what', 'of', 'when', 'by'], receipts.map(row));

function row({ statement: { predicate } }: Receipt): (string | number)[] {
  const { log, release } = predicate;
  const { version, revision } = release;
  const code = revision === null ? version : `${version} (${revision.slice(0, 8)})`;
  const what =
    'job' in predicate
      ? ['unlearning', predicate.job, predicate.finishedAt]
      : [`erasure of a ${predicate.kind}`, predicate.id, predicate.erasedAt];
  return [log.sequence, ...what, code];
}

/** One envelope, a list of them, an answer of the API, or one on each line. */
function parseEnvelopes(text: string, file: string): readonly unknown[] {
  const value = parse(text) ?? text.split('\n').filter(Boolean).map(parse);
  const items = (value as { data?: unknown }).data ?? value;
  const envelopes = (Array.isArray(items) ? items : [items]).map(envelopeOf);
  if (envelopes.length > 0 && envelopes.every(Boolean)) return envelopes;
  throw new CommandError(
    `${file} holds no receipts: expected JSON, or JSON on each line`,
    exitCodes.usage,
  );
}

/** In an answer of the API each stands beside its id. */
const envelopeOf = (item: unknown): unknown => (item as Partial<Listed> | null)?.envelope ?? item;

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
