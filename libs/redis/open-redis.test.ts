// A master and Sentinels that are spoken to by TLS alone, real ones.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { first } from '#collections/items.js';
import { Authority } from '#supervisor/identities/authority.js';
import { startNode } from '#testing/node-process.js';
import { startSentinelGroup, type TlsFiles } from '#testing/redis-groups.js';
import { canStartRedis } from '#testing/redis.js';

const DAY = 86_400_000;
const LONG = 60_000;
const folder = mkdtempSync(join(tmpdir(), 'lethe-redis-tls-'));
let tls: TlsFiles;

beforeAll(async () => {
  const keep = (name: string, content: string): string => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  const authority = await Authority.create({
    notBefore: new Date(Date.now() - DAY),
    notAfter: new Date(Date.now() + DAY),
  });
  const { certificate, key } = await authority.issue('localhost', 'server');
  tls = {
    ca: keep('ca.pem', authority.certificate),
    cert: keep('redis.pem', certificate),
    key: keep('redis.key', key),
  };
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.skipIf(!canStartRedis)('Sentinels by TLS', () => {
  const started = async () => {
    const group = await startSentinelGroup(tls);
    onTestFinished(() => group.stop());
    const writing = (trusted: Record<string, string>) =>
      startNode(
        new URL('./testing/write-on.js', import.meta.url),
        [JSON.stringify(group.address)],
        trusted,
      );
    return { ...group, writing };
  };

  test('name the master, and the next one when it dies', { timeout: LONG }, async () => {
    const { servers, writing } = await started();
    const writer = writing({ NODE_EXTRA_CA_CERTS: tls.ca });
    await writer.line(/^written$/);
    await first(servers).kill();
    await writer.line(/^not written/);
    await writer.line(/^written again$/);
  });

  test(
    'are not spoken to where their certificate is of nobody trusted',
    { timeout: LONG },
    async () => {
      const writer = (await started()).writing({});
      // All that the library says of it.
      expect(await writer.line(/^(error|written)/)).toMatch(
        /^error: All sentinels are unreachable/,
      );
    },
  );
});
