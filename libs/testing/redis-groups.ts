// Redis as more than one server: a master with a replica that Sentinels watch, plainly or by TLS, and a Cluster.

import { Redis } from 'ioredis';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { first, item } from '#collections/items.js';
import type { RedisAddress } from '#redis/redis-address.js';
import { freePort, type RedisServer, runningRedis, startRedisServer } from './redis.js';

const PASSWORD = 'of-redis';
const SENTINEL_PASSWORD = 'of-the-sentinels';
const MASTER = 'queues-master';
const SLOTS = 16_384;

export interface RedisGroup {
  readonly address: RedisAddress;
  /** The master of the keys first, then its replica. */
  readonly servers: readonly RedisServer[];
  /** Ends all and removes what they kept. */
  stop(): Promise<void>;
}

/** Files of a certificate of localhost, and of the authority that has issued it. */
export interface TlsFiles {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

/**
 * One master, one replica, three Sentinels that miss a master within a second.
 * @param tls by which all of them are spoken to, and speak to each other; absent: plainly.
 */
export async function startSentinelGroup(tls?: TlsFiles): Promise<RedisGroup> {
  const [scheme, host] = tls ? ['rediss', 'localhost'] : ['redis', '127.0.0.1'];
  const flags = ['--requirepass', PASSWORD, '--masterauth', PASSWORD];
  const start = async (...more: readonly string[]) => {
    const port = await freePort();
    const secured = flagsOf(tlsSettings(port, tls));
    return startRedisServer({ port, flags: [...flags, ...secured, ...more] });
  };
  const master = await start();
  const follows = ['--replicaof', `${host} ${master.port}`, '--replica-announce-ip', host];
  const replica = await start(...follows);
  const watched = { host, port: master.port };
  const sentinels = await Promise.all([1, 2, 3].map(() => startSentinel(watched, tls)));
  const known = (server: RedisServer, what: string) =>
    asked(server, { password: SENTINEL_PASSWORD, tls }, (redis) =>
      redis.call('SENTINEL', what, MASTER),
    );
  for (const one of sentinels) {
    await until(async () => ((await known(one, 'SENTINELS')) as unknown[]).length === 2);
    await until(async () => ((await known(one, 'REPLICAS')) as unknown[]).length === 1);
  }
  await untilFollowing(replica, { password: PASSWORD, tls });
  return groupOf([master, replica], sentinels, {
    url: `${scheme}://:${PASSWORD}@${MASTER}`,
    sentinels: sentinels.map(({ port }) => `${host}:${port}`),
    sentinelPassword: SENTINEL_PASSWORD,
  });
}

async function startSentinel(
  watched: { readonly host: string; readonly port: number },
  tls: TlsFiles | undefined,
): Promise<RedisServer> {
  const port = await freePort();
  const dir = mkdtempSync(join(tmpdir(), 'lethe-sentinel-'));
  const settings = [
    `port ${port}`,
    ...tlsSettings(port, tls),
    'bind 127.0.0.1',
    `dir ${dir}`,
    `requirepass ${SENTINEL_PASSWORD}`,
    // Certificates name hosts, not addresses.
    'sentinel resolve-hostnames yes',
    'sentinel announce-hostnames yes',
    `sentinel announce-ip ${watched.host}`,
    `sentinel monitor ${MASTER} ${watched.host} ${watched.port} 2`,
    `sentinel auth-pass ${MASTER} ${PASSWORD}`,
    `sentinel down-after-milliseconds ${MASTER} 1000`,
    `sentinel failover-timeout ${MASTER} 5000`,
  ];
  const file = join(dir, 'sentinel.conf');
  writeFileSync(file, `${settings.join('\n')}\n`);
  return runningRedis([file, '--sentinel'], port, dir, '+monitor master');
}

/** The only way in, and to the others. */
const tlsSettings = (port: number, tls: TlsFiles | undefined): string[] =>
  tls
    ? [
        'port 0',
        `tls-port ${port}`,
        `tls-cert-file ${tls.cert}`,
        `tls-key-file ${tls.key}`,
        `tls-ca-cert-file ${tls.ca}`,
        'tls-auth-clients no',
        'tls-replication yes',
      ]
    : [];

const flagsOf = (settings: readonly string[]): string[] =>
  settings.flatMap((one) => {
    const [name = '', value = ''] = one.split(' ');
    return [`--${name}`, value];
  });

/** Three masters, and a replica of the one that has the keys with `prefix`. */
export async function startCluster(prefix: string): Promise<RedisGroup> {
  const nodes = await Promise.all([1, 2, 3, 4].map(startNode));
  const masters = nodes.slice(0, 3);
  const replica = item(nodes, 3);
  const shares = masters.map(({ server }, i) => ({ server, from: shareBegin(i) }));
  for (const [i, { server, from }] of shares.entries())
    await asked(server, {}, (redis) =>
      redis.call('CLUSTER', 'ADDSLOTSRANGE', from, shareBegin(i + 1) - 1),
    );
  await asked(replica.server, {}, async (redis) => {
    for (const { server, bus } of masters)
      await redis.call('CLUSTER', 'MEET', '127.0.0.1', server.port, bus);
  });
  const slot = await asked(replica.server, {}, (redis) => redis.call('CLUSTER', 'KEYSLOT', prefix));
  const { server: owner } = shares.findLast(({ from }) => from <= Number(slot))!;
  const id = await asked(owner, {}, (redis) => redis.call('CLUSTER', 'MYID'));
  await until(() =>
    asked(replica.server, {}, (redis) => redis.call('CLUSTER', 'REPLICATE', String(id))),
  );
  await untilFollowing(replica.server);
  for (const { server } of nodes)
    await until(async () =>
      String(await asked(server, {}, (redis) => redis.call('CLUSTER', 'INFO'))).includes(
        'cluster_state:ok',
      ),
    );
  const others = masters.map(({ server }) => server).filter((server) => server !== owner);
  return groupOf([owner, replica.server, ...others], [], {
    url: `redis://127.0.0.1:${first(others).port}`,
    isCluster: true,
  });
}

const shareBegin = (i: number): number => Math.floor((SLOTS * i) / 3);

async function startNode(): Promise<{ server: RedisServer; bus: number }> {
  const bus = await freePort();
  const flags = ['--cluster-enabled', 'yes', '--cluster-port', `${bus}`];
  const server = await startRedisServer({ flags: [...flags, '--cluster-node-timeout', '1000'] });
  return { server, bus };
}

const groupOf = (
  servers: readonly RedisServer[],
  sentinels: readonly RedisServer[],
  address: RedisAddress,
): RedisGroup => ({
  address,
  servers,
  stop: async () => {
    const all = [...sentinels, ...servers];
    await Promise.all(all.map((one) => one.kill()));
    for (const { dir } of all) rmSync(dir, { recursive: true, force: true });
  },
});

interface Access {
  readonly password?: string;
  readonly tls?: TlsFiles | undefined;
}

async function asked<T>(
  { port }: RedisServer,
  { tls, ...access }: Access,
  ask: (redis: Redis) => Promise<T>,
): Promise<T> {
  const secured = tls ? { host: 'localhost', tls: { ca: readFileSync(tls.ca) } } : {};
  const redis = new Redis({ port, ...access, ...secured });
  try {
    return await ask(redis);
  } finally {
    redis.disconnect();
  }
}

const untilFollowing = (replica: RedisServer, access: Access = {}): Promise<void> =>
  until(async () =>
    (await asked(replica, access, (redis) => redis.info('replication'))).includes(
      'master_link_status:up',
    ),
  );

/** Tried for as long as a test may take; what fails is tried again. */
async function until(isSo: () => Promise<unknown>): Promise<void> {
  while (!(await isSo().catch(() => false))) await sleep(100);
}
