// Checks what is written for the services, and who may read it.

import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { writeIdentities } from './identities.js';

test('certificates for what each service does, keys for their owner alone', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'lethe-identities-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const { inference, gateway, augmentation, evaluation } = await writeIdentities(folder);
  const certificate = (path: string) => new X509Certificate(readFileSync(path));
  const authority = certificate(inference.GRPC_CA);
  const [serverAuth, clientAuth] = ['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2'];
  for (const [name, { GRPC_CERT: file }, purpose] of [
    ['inference', inference, serverAuth],
    ['gateway', gateway, clientAuth],
    ['augmentation', augmentation, clientAuth],
    ['evaluation', evaluation, clientAuth],
  ] as const) {
    const own = certificate(file);
    expect(own.subjectAltName).toBe(`DNS:${name}`);
    expect(own.keyUsage).toEqual([purpose]);
    expect(own.ca).toBe(false);
    expect(own.checkIssued(authority) && own.verify(authority.publicKey)).toBe(true);
    expect(Date.parse(own.validTo)).toBeGreaterThan(Date.now() + 9 * 365 * 24 * 3600 * 1000);
  }
  const keys = readdirSync(folder).filter((file) => file.endsWith('.key'));
  expect(keys.toSorted()).toEqual([
    'augmentation-claims.key',
    'augmentation.key',
    'evaluation-claims.key',
    'evaluation.key',
    'gateway-claims.key',
    'gateway.key',
    'inference.key',
  ]);
  for (const file of keys) expect(statSync(join(folder, file)).mode & 0o777).toBe(0o600);
  // Nobody can issue another certificate.
  const all = readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8'));
  expect(all.join('').match(/BEGIN PRIVATE KEY/g)).toHaveLength(keys.length);
});
