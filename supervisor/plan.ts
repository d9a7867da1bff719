// Which processes a platform consists of, in the order they start, and what each is told by its
// environment.

import { join } from 'node:path';
import type { ClientEnv } from './env.js';
import { freePorts, tryPort } from './free-port.js';
import { givenRedis } from './given-redis.js';
import { writeIdentities } from './identities/identities.js';
import { layout, projectRoot, serviceMain } from './layout.js';
import type { ProcessSpec } from './managed-process.js';
import { PlatformError } from './platform-error.js';
import { answersHttp, answersRedis } from './readiness.js';
import { type OwnRedis, ownRedis } from './redis.js';
import { keptSecret, keptSigningKey, ownRootKey } from './secrets.js';
import { environmentOf, type Service } from './service-environment.js';

/**
 * Groups start one after the other and stop in the opposite order: nothing loses what it depends on
 * before it has ended.
 */
export interface Plan {
  readonly url: string;
  readonly groups: readonly (readonly ProcessSpec[])[];
}

const defaultPort = 8787;

/** @throws PlatformError where a port is taken, Redis is missing or does not answer. */
export async function planPlatform(env: ClientEnv): Promise<Plan> {
  const paths = layout(env.home);
  const port = await tryPort(env.port ?? defaultPort);
  if (port === null)
    throw new PlatformError(
      `port ${env.port ?? defaultPort} is taken: choose another with --port or PORT`,
    );
  const ports = await freePorts(
    'redis',
    'inference',
    'inferenceGrpc',
    'augmentation',
    'training',
    'evaluation',
    'gateway',
  );
  const killAfter = env.shutdownMs + 2000;
  const redis = await redisFor(env, () =>
    ownRedis(paths, ports.redis, env.inherited.PATH ?? '', killAfter),
  );
  const identities: Partial<Record<Service, object>> = await writeIdentities(paths.identities);
  const shared = {
    ...env.inherited,
    ARTIFACTS: env.inherited.ARTIFACTS || paths.artifacts,
    KEYS: env.inherited.KEYS || paths.keys,
    ROOT_KEYS: env.inherited.ROOT_KEYS || ownRootKey(paths),
    MODEL_DIRS: [...env.modelDirs, join(projectRoot, 'models')].join(':'),
    INFERENCE_URL: `127.0.0.1:${ports.inferenceGrpc}`,
    SHUTDOWN_MS: String(env.shutdownMs),
  };
  const service = (name: Service, extra: Record<string, string> = {}): ProcessSpec => ({
    name,
    command: process.execPath,
    args: ['--enable-source-maps', serviceMain(name)],
    env: environmentOf(name, {
      ...shared,
      ...identities[name],
      REDIS_URL: redis.urlOf(name),
      HTTP_PORT: String(ports[name]),
      ...extra,
    }),
    port: ports[name],
    log: join(paths.logs, `${name}.log`),
    mark: join('services', name, 'main.js'),
    stopWithin: killAfter,
    ready: () => answersHttp(`http://127.0.0.1:${ports[name]}/readyz`),
    alive: () => answersHttp(`http://127.0.0.1:${ports[name]}/healthz`),
  });
  const adminKey = env.adminKey ?? keptSecret(paths.adminKey, 'admin-');
  return {
    url: `http://127.0.0.1:${port}`,
    groups: [
      redis.spec ? [redis.spec] : [],
      [service('inference', { GRPC_PORT: String(ports.inferenceGrpc) })],
      [service('augmentation'), service('training'), service('evaluation')],
      [
        service('gateway', {
          PORT: String(port),
          HOST: '127.0.0.1',
          DATA_DIR: env.home,
          ADMIN_KEY: adminKey,
          RECEIPT_SIGNING_KEY:
            env.inherited.RECEIPT_SIGNING_KEY || keptSigningKey(paths.receiptKey),
        }),
      ],
    ],
  };
}

/** The operator's, where there is one: then all services share its account. */
async function redisFor(
  { redisUrl: url, inherited }: ClientEnv,
  own: () => OwnRedis,
): Promise<Partial<OwnRedis> & Pick<OwnRedis, 'urlOf'>> {
  if (!url) return own();
  if (await answersRedis(givenRedis(url, inherited))) return { urlOf: () => url };
  throw new PlatformError(`Redis at REDIS_URL (${withoutPassword(url)}) does not answer`);
}

function withoutPassword(url: string): string {
  try {
    const parsed = new URL(url);
    parsed.password = '';
    return parsed.href;
  } catch {
    return 'not a URL';
  }
}
