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

/** @param text host, host:port or [IPv6]:port. @returns undefined for anything else. */
export function hostPort(text: string, port = SENTINEL_PORT): HostPort | undefined {
  if (!URL.canParse(`redis://${text}`)) return undefined;
  const { hostname, port: said, pathname, username, search, hash } = new URL(`redis://${text}`);
  if (hostname === '' || `${pathname}${username}${search}${hash}` !== '') return undefined;
  return { host: withoutBrackets(hostname), port: Number(said) || port };
}

/** The node that the URL names. */
export function nodeOf({ url }: RedisAddress): HostPort {
  const { hostname, port } = new URL(url);
  return { host: withoutBrackets(hostname), port: Number(port) || REDIS_PORT };
}

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

const withoutBrackets = (hostname: string): string => hostname.replaceAll(/^\[|\]$/g, '');
