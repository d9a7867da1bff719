// A connection to Redis, wherever it is.

import { Cluster, Redis, type RedisOptions } from 'ioredis';
import { accountOf, hostPort, nodeOf, type RedisAddress } from './redis-address.js';

/** Of a question to one Sentinel or node, in ms: the next is asked then. */
const PATIENCE = 1500;

/** After which a Cluster is asked anew who has what, in ms: a node that stands still refers to none. */
const SLOTS_AGE = 2000;

/**
 * A master that has become a replica refuses writes: whoever is connected to it asks anew who the
 * master is. What it refused has not happened, so it is sent to that one.
 */
const RECONNECT_AND_SEND_AGAIN = 2;

const reconnectOnError = ({ message }: Error) =>
  message.startsWith('READONLY') && RECONNECT_AND_SEND_AGAIN;

/** @param options of one server's connection, whatever there is. */
export function openRedis(address: RedisAddress, options: RedisOptions): Redis {
  if (address.isCluster) return openCluster(address, options);
  if (!address.sentinels) return new Redis(address.url, options);
  const { host: name } = nodeOf(address);
  const { sentinelPassword } = address;
  const account = accountOf(address);
  return new Redis({
    ...options,
    ...account,
    name,
    sentinels: address.sentinels.flatMap((one) => hostPort(one) ?? []),
    ...(sentinelPassword === undefined ? {} : { sentinelPassword }),
    enableTLSForSentinelMode: account.tls !== undefined,
    ...(account.tls === undefined ? {} : { sentinelTLS: account.tls }),
    sentinelRetryStrategy: options.retryStrategy ?? undefined,
    sentinelCommandTimeout: PATIENCE,
    connectTimeout: options.connectTimeout ?? PATIENCE,
    // A master that stands still is left when the Sentinels have made another.
    failoverDetector: true,
    reconnectOnError,
  });
}

/** It takes the same commands: all keys of ours are in one slot, by the braces of their prefix. */
function openCluster(address: RedisAddress, options: RedisOptions): Redis {
  const { retryStrategy, enableOfflineQueue, lazyConnect, ...ofNode } = options;
  const cluster = new Cluster([nodeOf(address)], {
    clusterRetryStrategy: retryStrategy,
    ...(enableOfflineQueue === undefined ? {} : { enableOfflineQueue }),
    ...(lazyConnect === undefined ? {} : { lazyConnect }),
    slotsRefreshInterval: SLOTS_AGE,
    redisOptions: { connectTimeout: PATIENCE, ...ofNode, ...accountOf(address) },
    // Names of certificates are hosts' names.
    dnsLookup: (host, callback) => callback(null, host),
  });
  return cluster as unknown as Redis;
}
