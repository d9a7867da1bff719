// In a closed network: sees every attempt to leave the machine, of whatever process in it.

import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';

export interface WaysOut {
  /** That were looked up. */
  readonly names: readonly string[];
  /** Connections and datagrams to addresses off this machine. */
  readonly unroutable: number;
}

/** Answers that no name exists. */
const NO_SUCH_NAME = 0x8183;
const HEADER = 12;

export class Watch {
  private readonly seen = new Set<string>();

  private constructor(private readonly server: Socket) {
    server.on('message', (query, { port, address }) => {
      this.seen.add(nameOf(query));
      query.writeUInt16BE(NO_SUCH_NAME, 2);
      server.send(query, port, address);
    });
  }

  static async start(): Promise<Watch> {
    const server = createSocket('udp4').bind(53, '127.0.0.1');
    await once(server, 'listening');
    return new Watch(server);
  }

  /** Resolves with the first look-up to come. */
  async lookup(): Promise<void> {
    await once(this.server, 'message');
  }

  stop(): WaysOut {
    this.server.close();
    return { names: [...this.seen], unroutable: unroutable() };
  }
}

/** The labels of a DNS query's only question. */
function nameOf(query: Buffer): string {
  const labels: string[] = [];
  for (let at = HEADER; query[at]; at += 1 + query.readUInt8(at))
    labels.push(query.toString('latin1', at + 1, at + 1 + query.readUInt8(at)));
  return labels.join('.');
}

/** The kernel's count of what had no route in this network. */
function unroutable(): number {
  const [names = '', values = ''] = readFileSync('/proc/net/snmp', 'utf8').split('\n');
  const index = names.split(' ').indexOf('OutNoRoutes');
  const six = /^Ip6OutNoRoutes\s+(\d+)/m.exec(readFileSync('/proc/net/snmp6', 'utf8'))?.[1];
  return Number(values.split(' ')[index]) + Number(six);
}
