// Expected bytes were made by Python's `cryptography` and `hmac`.

import { createSecretKey, randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { UnreadableKeyError } from '../../errors/unreadable-key.error.js';
import { parseRootKey } from './root-key-text.js';
import { TenantKey } from './tenant-key.js';
import { unwrapKey, wrapKey } from './wrap.js';

const bytes = (from: number) => Buffer.from(Array.from({ length: 32 }, (_, i) => from + i));

test('opens what was wrapped elsewhere, from the root key down', async () => {
  const root = parseRootKey('QEFCQ0RFRkdISUpLTE1OT1BRUlNUVVZXWFlaW1xdXl8=\n', 'x');
  expect(root.id).toBe('local:eded1db3add7003f');
  const tenant = await root.unwrap(
    Buffer.from(
      'AQABAgMEBQYHCAkKC5aBJNTyAnoqqrQPcb3vfvbfTM4oubyQp8HufEJWfkZbuarmNSn7XuvUoCTwAWZXLA==',
      'base64',
    ),
    'key of tenant acme',
  );
  expect(tenant).toEqual(bytes(32));
  const key = new TenantKey('acme', tenant);
  expect(key.name('abc')).toBe('7c1b418da94c4b9bad6d1fc7394bf65568d0f430b75c695e19cb6f9d5730097f');
  const space = key.unwrapSpace(
    'job-1',
    Buffer.from(
      '01000102030405060708090a0b3214702694a077c03f5209f8f4bc174514495327aab2bc270de14e9246af52aed09b06214d6e41461d581fec07851d81',
      'hex',
    ),
  );
  expect(space.name('abc')).toBe(
    'ce493baa4db8c17a77e63ede8860a9dd5ed852214a66dffef4b1aeeb15fff31b',
  );
});

const by = createSecretKey(randomBytes(32));

test('a wrapped key opens under its key and for its context alone', () => {
  const key = randomBytes(32);
  const wrapped = wrapKey(by, key, 'a');
  expect(unwrapKey(by, wrapped, 'a')).toEqual(key);
  expect(wrapKey(by, key, 'a')).not.toEqual(wrapped);
  expect(() => unwrapKey(by, wrapped, 'b')).toThrow(UnreadableKeyError);
  expect(() => unwrapKey(createSecretKey(randomBytes(32)), wrapped, 'a')).toThrow(
    UnreadableKeyError,
  );
});

test('any damage to a wrapped key is noticed', () => {
  const wrapped = wrapKey(by, randomBytes(32), 'a');
  for (let at = 0; at < wrapped.length; at++) {
    const flipped = Buffer.from(wrapped);
    flipped[at]! ^= 1;
    expect(() => unwrapKey(by, flipped, 'a')).toThrow(UnreadableKeyError);
    expect(() => unwrapKey(by, wrapped.subarray(0, at), 'a')).toThrow(UnreadableKeyError);
  }
  expect(() => unwrapKey(by, Buffer.concat([wrapped, Buffer.of(0)]), 'a')).toThrow(
    UnreadableKeyError,
  );
});
