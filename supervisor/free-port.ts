// Ports on the loopback interface.

import { type AddressInfo, createServer, type Server } from 'node:net';

/** @param port 0 asks the system for any free one. @returns the port, or null where it is taken. */
export function tryPort(port: number): Promise<number | null> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' || error.code === 'EACCES' ? resolve(null) : reject(error),
    );
    server.listen(port, '127.0.0.1', () => {
      const address = server.address() as { port: number };
      server.close(() => resolve(address.port));
    });
  });
}

/**
 * Distinct free ports by what they are for, held open together while they are chosen so that none
 * is given twice.
 */
export async function freePorts<N extends string>(
  ...names: readonly N[]
): Promise<Readonly<Record<N, number>>> {
  const servers = await Promise.all(names.map(listening));
  const ports = servers.map(({ name, server }) => [name, (server.address() as AddressInfo).port]);
  await Promise.all(servers.map(({ server }) => new Promise((resolve) => server.close(resolve))));
  return Object.fromEntries(ports) as Record<N, number>;
}

async function listening<N extends string>(name: N): Promise<{ name: N; server: Server }> {
  const server = createServer();
  await new Promise<void>((resolve, reject) =>
    server.once('error', reject).listen(0, '127.0.0.1', resolve),
  );
  return { name, server };
}
