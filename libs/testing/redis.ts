// A real Redis for tests: the one of REDIS_URL, else one of the test file's own, in a container or of the machine.

import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { runsInContainer, startContainer } from './containers.js';
import { testEnv } from './env.js';
import { untilSaid } from './until-said.js';

export interface RedisServer {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  readonly dir: string;
  /** Ends the server and waits until it is gone; the folder stays. */
  kill(signal?: NodeJS.Signals): Promise<void>;
}

const REDIS_PORT = 6379;
const READY = 'Ready to accept connections';
/** Of a server that keeps every write it has confirmed. */
const keepingFlags = [
  ...'--appendonly yes --appendfsync always --maxmemory-policy noeviction'.split(' '),
  '--save',
  '',
];
const MISSING = 'set REDIS_URL, or install redis-server (apt-get install redis-server)';

/**
 * Tests that kill a Redis need one of their own; where REDIS_URL is all there is, they are skipped,
 * and say so here.
 */
export const canStartRedis = hasRedisServer() || testEnv.REDIS_URL === undefined;

function hasRedisServer(): boolean {
  if (spawnSync('redis-server', ['--version']).status === 0) return true;
  if (testEnv.REDIS_URL)
    console.warn(
      'skipped: there is no redis-server to kill, so the tests on an absent Redis do not run',
    );
  return false;
}

/**
 * Starts a redis-server that keeps every write it has confirmed, killed or not, and waits until it
 * accepts connections.
 */
export async function startRedisServer(
  options: { port?: number; dir?: string; flags?: readonly string[] } = {},
): Promise<RedisServer> {
  const port = options.port ?? (await freePort());
  const dir = options.dir ?? mkdtempSync(join(tmpdir(), 'lethe-redis-'));
  const flags = [
    '--port',
    String(port),
    '--bind',
    '127.0.0.1',
    '--dir',
    dir,
    ...keepingFlags,
    ...(options.flags ?? []),
  ];
  return runningRedis(flags, port, dir, READY);
}

/** @param said what it writes when it answers. */
export async function runningRedis(
  flags: readonly string[],
  port: number,
  dir: string,
  said: string,
): Promise<RedisServer> {
  const child = spawn('redis-server', flags, { stdio: ['ignore', 'pipe', 'inherit'] });
  const endWithUs = (): void => void child.kill('SIGKILL');
  process.once('exit', endWithUs);
  child.once('exit', () => process.off('exit', endWithUs));
  await untilSaid(child, said).catch((cause: unknown) => {
    throw new Error(`These tests need Redis: ${MISSING}.`, { cause });
  });
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    pid: child.pid!,
    dir,
    async kill(signal = 'SIGKILL') {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, 'exit');
      child.kill(signal);
      await exited;
    },
  };
}

interface OwnRedis {
  readonly url: string;
  remove(): Promise<unknown>;
}

async function startOwn(): Promise<OwnRedis> {
  if (await runsInContainer('redis')) return startInContainer();
  const { url, dir, kill } = await startRedisServer();
  const remove = async (): Promise<void> => {
    await kill();
    rmSync(dir, { recursive: true, force: true });
  };
  return { url, remove };
}

async function startInContainer(): Promise<OwnRedis> {
  const container = await startContainer('redis', {
    port: REDIS_PORT,
    command: ['redis-server', ...keepingFlags, '--protected-mode', 'no'],
    said: READY,
  });
  const url = `redis://${container.getHost()}:${container.getMappedPort(REDIS_PORT)}`;
  return { url, remove: () => container.stop() };
}

/** A TCP port that nothing listens on now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/**
 * Call at the top of a describe or a file. `prefix()` names a namespace of queues that no other
 * test uses.
 */
export function useRedis(): { readonly url: string; prefix(): string } {
  let own: OwnRedis | undefined;
  beforeAll(async () => {
    if (!testEnv.REDIS_URL) own = await startOwn();
  });
  afterAll(() => own?.remove());
  return {
    get url() {
      const url = testEnv.REDIS_URL ?? own?.url;
      if (url === undefined) throw new Error('Redis starts before the tests: ask in one of them');
      return url;
    },
    prefix: () => `test-${randomBytes(6).toString('hex')}`,
  };
}
