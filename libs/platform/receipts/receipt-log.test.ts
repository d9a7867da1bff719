import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Envelope } from '#contracts/receipts/envelope.js';
import { nextLink, readReceiptLog } from './receipt-log.js';
import { issueReceipt } from './receipt.js';
import { SigningKey } from './signing-key.js';
import { erased, unlearned } from './testing/statements.js';

const key = new SigningKey(generateKeyPairSync('ed25519').privateKey);

/** @param start the log goes on from there. */
function log(length: number, tenant?: string, start: Parameters<typeof nextLink>[0] = null) {
  const envelopes: Envelope[] = [];
  let last = start;
  while (envelopes.length < length) {
    const link = nextLink(last);
    const statement = envelopes.length === 1 && !tenant ? unlearned(link) : erased(link, tenant);
    const { envelope, hash } = issueReceipt(statement, key);
    envelopes.push(envelope);
    last = { sequence: link.sequence, hash };
  }
  return envelopes;
}
const read = (envelopes: readonly unknown[]) => readReceiptLog(envelopes, [key.public]);

test('a log is read whole, and from any place in it', () => {
  const envelopes = log(5);
  const receipts = read(envelopes);
  expect(receipts.map(({ statement }) => statement.predicate.log.sequence)).toEqual([
    0, 1, 2, 3, 4,
  ]);
  expect(read(envelopes.slice(3))).toEqual(receipts.slice(3));
  expect(read([])).toEqual([]);
});

const [zero, one, two, three] = log(4);
const foreign = log(3, 'tenant-2');
const forked = log(1, 'tenant-1', { sequence: 0, hash: 'f'.repeat(64) });

test.each([
  ['one is left out', [zero, two, three], 'it has the place 2 in its log: expected 1 (number 2'],
  ['two have changed places', [zero, two, one], 'it has the place 2 in its log: expected 1'],
  ['one comes twice', [zero, zero], 'it has the place 0 in its log: expected 1'],
  ['one was replaced', [zero, forked[0], two], 'it names another receipt than the one before it'],
  [
    'all before one were replaced',
    [forked[0], two],
    'it names another receipt than the one before',
  ],
  ['the first is of another tenant', [foreign[0], one], "it is of another tenant's log"],
  ['one is not signed', [zero, { ...one!, signatures: [{ keyid: 'x', sig: '' }] }], 'it names x'],
])('a log is broken where %s', (_, envelopes, message) => {
  expect(() => read(envelopes)).toThrow(message);
});

test.each([
  { sequence: 0, previous: 'a'.repeat(64) },
  { sequence: 1, previous: null },
])('a place in a log is the first or has one before: %j', (link) => {
  expect(() => read([issueReceipt(erased(link), key).envelope])).toThrow(
    'only the first of a log has none before it',
  );
});

test('a key that has changed since does not break the log', () => {
  const earlier = new SigningKey(generateKeyPairSync('ed25519').privateKey);
  const { envelope, hash } = issueReceipt(erased(), earlier);
  const next = log(1, 'tenant-1', { sequence: 0, hash });
  expect(readReceiptLog([envelope, ...next], [key.public, earlier.public])).toHaveLength(2);
  expect(() => read([envelope, ...next])).toThrow('none of the keys given has signed it');
});
