// A whole platform for tests: its own data folder, Redis and five services as processes, on free
// ports.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { LetheClient } from '#client/lethe-client.js';
import { stopPlatform } from '#supervisor/down.js';
import { clientEnv, type ClientEnv } from '#supervisor/env.js';
import { freePorts } from '#supervisor/free-port.js';
import { layout } from '#supervisor/layout.js';
import { keptSecret } from '#supervisor/secrets.js';
import { runningState, type ProcessState } from '#supervisor/state.js';
import { startDetached } from '#supervisor/up.js';
import { canStartRedis } from '#testing/redis.js';

const startWithin = 150_000;

export class TestPlatform {
  url = '';

  constructor(readonly env: ClientEnv) {}

  async start(): Promise<void> {
    this.url = await startDetached(this.env);
  }

  async stop(): Promise<void> {
    await stopPlatform(this.env);
  }

  /** A new tenant's client. @param maxRetries 0 shows every error as it comes. */
  async tenant(name: string, maxRetries = 2): Promise<LetheClient> {
    const { api_key: apiKey } = await this.admin().createTenant(name);
    return new LetheClient({ url: this.url, apiKey, maxRetries });
  }

  admin(): LetheClient {
    return new LetheClient({ url: this.url, apiKey: keptSecret(layout(this.env.home).adminKey) });
  }

  process(name: string): ProcessState {
    const found = runningState(layout(this.env.home).state)?.processes.find(
      (one) => one.name === name,
    );
    if (!found) throw new Error(`no process ${name}`);
    return found;
  }

  health(name: string, path: 'healthz' | 'readyz'): Promise<Response> {
    return fetch(`http://127.0.0.1:${this.process(name).port}/${path}`);
  }

  /** Kills a process; the supervisor starts it again. */
  kill(name: string): void {
    process.kill(this.process(name).pid!, 'SIGKILL');
  }

  log(name: string): string {
    return readFileSync(this.process(name).log, 'utf8');
  }
}

/**
 * An environment with a data folder of its own.
 * @param ownRedis a Redis of the test's; default: the platform's own, or that of REDIS_URL where
 * there is no redis-server.
 */
export async function testEnvironment(ownRedis?: string): Promise<ClientEnv> {
  const { port } = await freePorts('port');
  const { inherited, shutdownMs, modelDirs, redisUrl: sharedRedis } = clientEnv();
  const redisUrl = ownRedis ?? (canStartRedis ? undefined : sharedRedis);
  const home = mkdtempSync(join(tmpdir(), 'lethe-e2e-'));
  const none = {
    LETHE_API_KEY: undefined,
    LETHE_URL: undefined,
    ADMIN_KEY: undefined,
    DATABASE_URL: undefined,
    ARTIFACTS: undefined,
    KEYS: undefined,
    ROOT_KEYS: undefined,
  };
  // Of its own, too: platforms that share a Redis must not take each other's jobs.
  const QUEUE_PREFIX = basename(home);
  const variables = {
    ...inherited,
    ...none,
    THREADS: '1',
    REDIS_URL: redisUrl,
    LETHE_HOME: home,
    QUEUE_PREFIX,
    NO_COLOR: '1',
  };
  return { home, port, shutdownMs, redisUrl, modelDirs, inherited: variables };
}

/**
 * Call at the top of a file; a platform runs while its tests do.
 * @param models a folder of models beside the built-in one.
 */
export function usePlatform(models?: string): { readonly platform: TestPlatform } {
  const holder: { platform: TestPlatform } = { platform: undefined as never };
  beforeAll(async () => {
    const env = await testEnvironment();
    holder.platform = new TestPlatform(
      models ? { ...env, modelDirs: [...env.modelDirs, models] } : env,
    );
    await holder.platform.start();
  }, startWithin);
  afterAll(async () => {
    await holder.platform.stop();
    rmSync(holder.platform.env.home, { recursive: true, force: true });
  }, startWithin);
  return holder;
}
