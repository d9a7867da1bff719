// Where Redis is: one server, the master that Sentinels know by a name, or a Cluster.

import type { RedisOptions } from 'ioredis';

export interface RedisAddress {
  /** Beside Sentinels its host is the master's name; of a Cluster any node's. */
  readonly url: string;
  /** host:port of each. */
  readonly sentinels?: readonly string[] | undefined;
  readonly sentinelPassword?: string | undefined;
  readonly isCluster?: boolean | undefined;
}

export interface HostPort {
  readonly host: string;
  readonly port: number;
}

const SENTINEL_PORT = 26_379;
const REDIS_PORT = 6379;

/** As settings have them, separated by commas. */
export const sentinelsIn = (text: string): string[] => text.split(',').map((one) => one.trim());

/** @param text host, host:port or [IPv6]:port. @returns undefined for anything else. */
export function hostPort(text: string): HostPort | undefined {
  if (!URL.canParse(`redis://${text}`)) return undefined;
  const url = new URL(`redis://${text}`);
  const { hostname, pathname, username, search, hash } = url;
  if (hostname === '' || `${pathname}${username}${search}${hash}` !== '') return undefined;
  return placeOf(url, SENTINEL_PORT);
}

/** The node that the URL names. */
export const nodeOf = ({ url }: RedisAddress): HostPort => placeOf(new URL(url), REDIS_PORT);

/** @param usual where the URL has no port. */
const placeOf = ({ hostname, port }: URL, usual: number): HostPort => ({
  host: hostname.replaceAll(/^\[|\]$/g, ''),
  port: Number(port) || usual,
});

/** Who one is, and how it is spoken to, wherever Redis is. */
export function accountOf({ url }: RedisAddress): RedisOptions {
  const { protocol, username, password, pathname } = new URL(url);
  return {
    ...(username === '' ? {} : { username: decodeURIComponent(username) }),
    ...(password === '' ? {} : { password: decodeURIComponent(password) }),
    ...(pathname.length > 1 ? { db: Number(pathname.slice(1)) } : {}),
    ...(protocol === 'rediss:' ? { tls: {} } : {}),
  };
}
