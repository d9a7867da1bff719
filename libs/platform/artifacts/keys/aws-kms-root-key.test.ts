import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { useTempFolder } from '#testing/temp-store.js';
import { KeyServiceError } from '../../errors/key-service.error.js';
import { UnreadableKeyError } from '../../errors/unreadable-key.error.js';
import { FolderBlobs } from '../blobs/folder-blobs.js';
import { AwsKmsRootKey } from './aws-kms-root-key.js';
import { Keyring } from './keyring.js';
import { LocalRootKey } from './local-root-key.js';
import { LocalKms } from './testing/local-kms.js';

const folder = useTempFolder();
let kms: LocalKms;

beforeEach(async () => {
  kms = new LocalKms();
  for (const id of ['alias/lethe', 'alias/next']) kms.keys.set(id, randomBytes(32));
  vi.stubEnv('AWS_ENDPOINT_URL_KMS', await kms.listen());
  vi.stubEnv('AWS_REGION', 'eu-central-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  vi.stubEnv('AWS_MAX_ATTEMPTS', '1');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await kms.close();
});

test('wraps and unwraps in the service, for one context and one key', async () => {
  const [key, root] = [randomBytes(32), new AwsKmsRootKey('alias/lethe')];
  expect(root.id).toBe('aws-kms:alias/lethe');
  const wrapped = await root.wrap(key, 'a');
  expect(wrapped.includes(key)).toBe(false);
  expect(await root.unwrap(wrapped, 'a')).toEqual(key);
  await expect(root.unwrap(wrapped, 'b')).rejects.toThrow(UnreadableKeyError);
  await expect(root.unwrap(randomBytes(60), 'a')).rejects.toThrow(UnreadableKeyError);
  await expect(new AwsKmsRootKey('alias/next').unwrap(wrapped, 'a')).rejects.toThrow(
    UnreadableKeyError,
  );
});

test('a service that refuses or is away may answer later', async () => {
  const root = new AwsKmsRootKey('alias/lethe');
  const wrapped = await root.wrap(randomBytes(32), 'a');
  const key = kms.keys.get('alias/lethe')!;
  kms.keys.clear();
  await expect(root.unwrap(wrapped, 'a')).rejects.toThrow(KeyServiceError);
  await expect(root.unwrap(wrapped, 'a')).rejects.toMatchObject({ permanent: false });
  await expect(root.wrap(key, 'a')).rejects.toThrow('NotFoundException');
  kms.keys.set('alias/lethe', key);
  await root.unwrap(wrapped, 'a');
  vi.stubEnv('AWS_ENDPOINT_URL_KMS', 'http://127.0.0.1:1');
  await expect(new AwsKmsRootKey('alias/lethe').unwrap(wrapped, 'a')).rejects.toThrow(
    KeyServiceError,
  );
});

test('a keyring asks once per tenant, and moves from a file to the service', async () => {
  const [blobs, local] = [new FolderBlobs(folder.path), new LocalRootKey(randomBytes(32))];
  await new Keyring(blobs, [local]).create('acme', 'job-1');
  const name = (await new Keyring(blobs, [local]).find('acme', 'job-1')).name('x');
  const root = new AwsKmsRootKey('alias/lethe');
  expect(await new Keyring(blobs, [root, local]).rewrap()).toEqual({
    root: root.id,
    rewrapped: 1,
    unreadable: [],
  });
  kms.targets.length = 0;
  const ring = new Keyring(blobs, [root]);
  for (const space of ['job-2', 'job-3']) await ring.create('acme', space);
  for (const space of ['job-1', 'job-2', 'job-3']) await ring.find('acme', space);
  expect((await ring.find('acme', 'job-1')).name('x')).toBe(name);
  expect(kms.targets).toEqual(['TrentService.Decrypt']);
});
