// The Redis that `lethe up` runs for itself: persistent, on the loopback interface, with a password
// of its own.

import { accessSync, constants, mkdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { writeFileAtomic } from './atomic-file.js';
import type { Layout } from './layout.js';
import type { ProcessSpec } from './managed-process.js';
import { PlatformError } from './platform-error.js';
import { answersRedis } from './readiness.js';
import { keptSecret } from './secrets.js';

export interface OwnRedis {
  readonly url: string;
  readonly spec: ProcessSpec;
}

/** @throws PlatformError saying what to install where there is no redis-server. */
export function ownRedis(
  paths: Layout,
  port: number,
  pathVariable: string,
  stopWithin: number,
): OwnRedis {
  const command = findOnPath('redis-server', pathVariable);
  if (!command)
    throw new PlatformError(
      'redis-server is not on the PATH: install it (Debian: apt-get install redis-server) or set REDIS_URL to a running Redis',
    );
  mkdirSync(paths.redis, { recursive: true });
  const password = keptSecret(join(paths.redis, 'password'));
  const config = join(paths.redis, 'redis.conf');
  writeFileAtomic(config, configuration(port, paths.redis, password), 0o600);
  const url = `redis://:${password}@127.0.0.1:${port}`;
  const spec: ProcessSpec = {
    name: 'redis',
    command,
    args: [config],
    env: { PATH: pathVariable },
    port,
    log: join(paths.logs, 'redis.log'),
    mark: 'redis-server',
    stopWithin,
    ready: () => answersRedis(url),
  };
  return { url, spec };
}

/**
 * Every write is in the append-only file before it is acknowledged, so a killed Redis comes back
 * with its queues.
 */
function configuration(port: number, dir: string, password: string): string {
  const settings = [
    'bind 127.0.0.1',
    `port ${port}`,
    `dir "${dir.replaceAll('"', '\\"')}"`,
    `requirepass ${password}`,
    'appendonly yes',
    'appendfsync everysec',
    'maxmemory-policy noeviction',
    'save ""',
    'daemonize no',
  ];
  return `${settings.join('\n')}\n`;
}

function findOnPath(name: string, pathVariable: string): string | undefined {
  return pathVariable
    .split(delimiter)
    .filter(Boolean)
    .map((dir) => join(dir, name))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}
