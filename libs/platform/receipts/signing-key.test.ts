import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { chmod, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { useTempFolder } from '#testing/temp-store.js';
import { UnusableSecretError } from '../errors/unusable-secret.error.js';
import { parsePublicKeys } from './public-key.js';
import { createSigningKeyFile, readSigningKeyFile } from './signing-key.js';

const folder = useTempFolder();

test('a key is made once, for its owner alone', async () => {
  const path = join(folder.path, 'receipts.key');
  expect(await createSigningKeyFile(path)).toBe(true);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  const { public: known } = await readSigningKeyFile(path);
  expect(await createSigningKeyFile(path)).toBe(false);
  expect((await readSigningKeyFile(path)).public.id).toBe(known.id);
  expect(
    createPublicKey(await readFile(path, 'utf8')).export({ type: 'spki', format: 'pem' }),
  ).toBe(known.pem);
  await chmod(path, 0o644);
  await expect(readSigningKeyFile(path)).rejects.toThrow('has the mode 644: expected 600');
});

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });

test.each([
  ['', ''],
  ['text', 'text'],
  ['RSA', String(rsa.privateKey.export({ type: 'pkcs8', format: 'pem' }))],
  ['ECDSA', String(ec.privateKey.export({ type: 'pkcs8', format: 'pem' }))],
])('%s is no signing key, and is not quoted', async (name, text) => {
  const path = join(folder.path, `wrong-${name}.key`);
  await writeFile(path, text, { mode: 0o600 });
  const error = await readSigningKeyFile(path).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(UnusableSecretError);
  expect((error as Error).message).toMatch(/holds no key that signs receipts: expected Ed25519/);
});

test('a file may have several public keys', () => {
  const pems = [1, 2].map(() =>
    String(generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' })),
  );
  const keys = parsePublicKeys(`the first:\n${pems.join('\nthe second:\n')}`, 'x');
  expect(keys.map(({ pem }) => pem)).toEqual(pems);
});

test.each([
  'text',
  String(rsa.publicKey.export({ type: 'spki', format: 'pem' })),
  '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----',
])('%j is no public key', (text) => {
  expect(() => parsePublicKeys(text, 'keys.pem')).toThrow('keys.pem holds no public key');
});
