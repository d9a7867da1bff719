// A DNS server for tests: every name has the IPv4 addresses that a test says, at once.

import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';

export interface DnsServer {
  /** host:port */
  readonly address: string;
  /** None: the name is not found. */
  addresses: string[];
  /** Whether questions are answered at all. */
  isSilent: boolean;
}

/** Sizes of a header and of an answer's part that is no name (RFC 1035, 4.1). */
const HEADER = 12;
const [A, NOT_FOUND] = [1, 3];

/** Ends with the test. */
export async function startDns(...addresses: string[]): Promise<DnsServer> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  onTestFinished(() => void socket.close());
  const server = { address: `127.0.0.1:${socket.address().port}`, addresses, isSilent: false };
  socket.on('message', (question, { port, address }) => {
    if (!server.isSilent) socket.send(answerTo(question, server.addresses), port, address);
  });
  return server;
}

function answerTo(question: Buffer, addresses: readonly string[]): Buffer {
  const nameEnd = question.indexOf(0, HEADER);
  const end = nameEnd + 5;
  const isA = question.readUInt16BE(nameEnd + 1) === A;
  const records = isA ? addresses.map(recordOf) : [];
  const header = Buffer.alloc(HEADER);
  question.copy(header, 0, 0, 2);
  header.writeUInt16BE(0x8180 | (addresses.length === 0 ? NOT_FOUND : 0), 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(records.length, 6);
  return Buffer.concat([header, question.subarray(HEADER, end), ...records]);
}

/** Its name is a pointer to the question's; it may not be kept. */
function recordOf(address: string): Buffer {
  const fixed = Buffer.from([0xc0, HEADER, 0, A, 0, 1, 0, 0, 0, 0, 0, 4]);
  return Buffer.concat([fixed, Buffer.from(address.split('.').map(Number))]);
}
