// The Redis that `lethe up` runs for itself: persistent, on the loopback interface, with an account
// for each service that needs one.

import { accessSync, constants, mkdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { required } from '#collections/required.js';
import { repairAppendOnlyFile } from './append-only-file.js';
import { writeFileAtomic } from './atomic-file.js';
import type { Layout } from './layout.js';
import type { ProcessSpec } from './managed-process.js';
import { PlatformError } from './platform-error.js';
import { answersRedis } from './readiness.js';
import { RotatingLog } from './rotating-log.js';
import { keptSecret } from './secrets.js';
import { readersOf, type Service } from './service-environment.js';

export interface OwnRedis {
  readonly spec: ProcessSpec;
  /** With the service's own account; undefined where it needs none. */
  urlOf(service: Service): string | undefined;
}

/**
 * @throws PlatformError saying what to install where there is no redis-server, or what to do where
 * what an earlier one has left is damaged.
 */
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
  const checker = findOnPath('redis-check-aof', pathVariable);
  const damaged = checker && repairAppendOnlyFile(paths.redis, checker);
  const log = join(paths.logs, 'redis.log');
  if (damaged)
    say(log, `the end of the queues was damaged and is cut off; ${damaged} is as it was`);
  const accounts = readersOf('REDIS_URL').map((service) => ({
    service,
    password: keptSecret(join(paths.redis, `${service}.password`)),
  }));
  const config = join(paths.redis, 'redis.conf');
  writeFileAtomic(config, configuration(port, paths.redis, accounts), 0o600);
  const urls = new Map(
    accounts.map(({ service, password }) => [
      service,
      `redis://${service}:${password}@127.0.0.1:${port}`,
    ]),
  );
  const spec: ProcessSpec = {
    name: 'redis',
    command,
    args: [config],
    env: { PATH: pathVariable },
    port,
    log,
    mark: 'redis-server',
    stopWithin,
    ready: () => answersRedis({ url: required(urls, 'gateway') }),
    alive: () => answersRedis({ url: required(urls, 'gateway') }),
  };
  return { spec, urlOf: (service) => urls.get(service) };
}

function say(path: string, words: string): void {
  const log = new RotatingLog(path);
  log.write(`${words}\n`);
  log.close();
}

interface Account {
  readonly service: Service;
  readonly password: string;
}

/** Of the commands that Redis calls dangerous, such as CONFIG and FLUSHALL, queues need INFO alone. */
const userOf = ({ service, password }: Account): string =>
  `user ${service} on >${password} ~* &* +@all -@admin -@dangerous +info`;

/**
 * Every write is in the append-only file before it is acknowledged, so a killed Redis comes back
 * with its queues.
 */
function configuration(port: number, dir: string, accounts: readonly Account[]): string {
  const settings = [
    'bind 127.0.0.1',
    `port ${port}`,
    `dir "${dir.replaceAll('"', '\\"')}"`,
    // Nobody can be this user, but Redis itself reads its append-only file back as it: without
    // permissions every transaction would be lost at a restart.
    'user default off ~* &* +@all',
    ...accounts.map(userOf),
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
