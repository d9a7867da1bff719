import { execa } from 'execa';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from 'vitest';
import type { Envelope } from '#contracts/receipts/envelope.js';
import { nextLink } from '#platform/receipts/receipt-log.js';
import { issueReceipt } from '#platform/receipts/receipt.js';
import { readSigningKeyFile } from '#platform/receipts/signing-key.js';
import { erased, unlearned } from '#platform/receipts/testing/statements.js';
import { useTempFolder } from '#testing/temp-store.js';

const main = fileURLToPath(new URL('../main.js', import.meta.url));
const folder = useTempFolder();
const inside = (name: string) => join(folder.path, name);
const lethe = (...args: string[]) =>
  execa(process.execPath, [main, ...args], { reject: false, env: { NO_COLOR: '1' } });
const verify = (file: string, ...more: string[]) =>
  lethe('receipt', 'verify', inside(file), '--key', inside('public.pem'), ...more);

let log: Envelope[];
let lastHash: string;

beforeAll(async () => {
  const { stdout } = await lethe('keys', 'create', inside('signing.key'), '--signing');
  await writeFile(inside('public.pem'), stdout);
  const key = await readSigningKeyFile(inside('signing.key'));
  const first = issueReceipt(unlearned(), key);
  const second = issueReceipt(erased(nextLink({ sequence: 0, hash: first.hash })), key);
  log = [first.envelope, second.envelope];
  lastHash = second.hash;
  await writeFile(inside('one.json'), JSON.stringify(first.envelope, null, 2));
  await writeFile(inside('log.json'), JSON.stringify(log));
  await writeFile(
    inside('answer.json'),
    JSON.stringify({
      object: 'list',
      data: log.map((envelope, i) => ({ id: `receipt-${i}`, envelope })),
    }),
  );
  await writeFile(inside('log.jsonl'), log.map((one) => `${JSON.stringify(one)}\n`).join(''));
});

test('a receipt is verified, and said in a line', async () => {
  const { stdout, exitCode } = await verify('one.json');
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(
    /0 .* unlearning .* ftjob-1 .* 2026-01-02T03:04:05.678Z .* 0\.1\.0 \(aaaaaaaa\)/,
  );
  expect(stdout).toMatch(/^verified: 1, the last of which has the hash [0-9a-f]{64}$/m);
});

test.each(['log.json', 'log.jsonl', 'answer.json'])('a log is verified: %s', async (file) => {
  const { stdout, exitCode } = await verify(file, '--json');
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    verified: true,
    hash: lastHash,
    statements: [{ predicate: { job: 'ftjob-1' } }, { predicate: { id: 'file-1' } }],
  });
});

test('what is not verified ends with 1', async () => {
  await writeFile(inside('broken.json'), JSON.stringify(log.toReversed()));
  const broken = await verify('broken.json');
  expect([broken.exitCode, broken.stderr]).toEqual([
    1,
    'error: the receipt is not verified: it has the place 0 in its log: expected 2 (number 2 of those given)',
  ]);
  const other = await lethe('keys', 'create', inside('other.key'), '--signing', '--json');
  await writeFile(inside('other.pem'), JSON.parse(other.stdout).public);
  const foreign = await lethe(
    'receipt',
    'verify',
    inside('one.json'),
    '--key',
    inside('other.pem'),
    '--json',
  );
  expect(foreign.exitCode).toBe(1);
  expect(JSON.parse(foreign.stderr).error.message).toContain(
    'none of the keys given has signed it',
  );
});

test('what is no receipt, or no key, ends with 2', async () => {
  await writeFile(inside('text.txt'), 'verified\n');
  const text = await verify('text.txt');
  expect([text.exitCode, text.stderr]).toEqual([
    2,
    `error: ${inside('text.txt')} holds no receipts: expected JSON, or JSON on each line`,
  ]);
  await writeFile(inside('empty.json'), '[]');
  expect((await verify('empty.json')).exitCode).toBe(2);
  expect((await verify('none.json')).stderr).toBe(`error: ${inside('none.json')} does not exist`);
  const key = await lethe('receipt', 'verify', inside('one.json'), '--key', inside('one.json'));
  expect([key.exitCode, key.stderr]).toEqual([2, expect.stringContaining('holds no public key')]);
  expect((await lethe('receipt', 'verify', inside('one.json'))).exitCode).toBe(2);
});

test('the file of a signing key is what it says', async () => {
  expect(await readFile(inside('signing.key'), 'utf8')).toMatch(/^-----BEGIN PRIVATE KEY-----/);
});
