// The addresses that a name of servers has: of each server one, of the family that all have.

import { lookup, Resolver } from 'node:dns/promises';

/** Of one question to a DNS server that was named, in ms, and how often it is asked. */
const ASKED = { timeout: 2000, tries: 2 };

export interface Address {
  /** An IP address. */
  readonly host: string;
  readonly port: number;
  readonly family: 4 | 6;
}

/** As gRPC writes it after the scheme of its family. */
export const textOf = ({ host, port, family }: Address): string =>
  family === 4 ? `${host}:${port}` : `[${host}]:${port}`;

/**
 * @param name host:port.
 * @param server of DNS, with its port; absent: the machine says.
 * @throws what the look-up throws
 */
export async function addressesOf(name: string, server?: string): Promise<Address[]> {
  const { hostname, port } = new URL(`http://${name}`);
  const host = hostname.replace(/^\[|\]$/g, '');
  const found = await (server ? askedOf(server, host) : lookup(host, { all: true }));
  // Of a server with addresses of both families only one is asked.
  const family = found.some((entry) => entry.family === 4) ? 4 : 6;
  return found
    .filter((entry) => entry.family === family)
    .map(({ address }) => ({ host: address, port: Number(port || 80), family }) as const)
    .toSorted((one, other) => (one.host < other.host ? -1 : 1));
}

async function askedOf(
  server: string,
  host: string,
): Promise<{ address: string; family: number }[]> {
  const resolver = new Resolver(ASKED);
  resolver.setServers([server]);
  const found = await resolver.resolve4(host).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENODATA') return [];
    throw error;
  });
  if (found.length > 0) return found.map((address) => ({ address, family: 4 }));
  return (await resolver.resolve6(host)).map((address) => ({ address, family: 6 }));
}
