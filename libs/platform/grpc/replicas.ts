// Which servers of inference answer: each address of its name is asked on a connection of its own,
// since a call to the name is answered by those that do.

import type { ChannelCredentials, ChannelOptions } from '@grpc/grpc-js';
import type { InferenceClient as Stub } from '#contracts/generated/lethe/inference/v1/Inference.js';
import { isServing } from './health-call.js';
import { addressesOf, textOf } from './homes/addresses.js';
import { Inference } from './inference-proto.js';

/** What a look-up throws where the answer was that there is none, not where there was no answer. */
const NO_ADDRESS = ['ENOTFOUND', 'ENODATA'];

export class Replicas {
  private readonly clients = new Map<string, Stub>();

  constructor(
    private readonly url: string,
    private readonly credentials: ChannelCredentials,
    private readonly options: ChannelOptions,
  ) {}

  /** @returns 'ok', or how many and which do not answer. @throws what the name's look-up throws */
  async report(): Promise<string> {
    const addresses = await this.addresses();
    const serve = await Promise.all(
      addresses.map((address) => this.serves(address).catch(() => false)),
    );
    const silent = addresses.filter((_, i) => !serve[i]);
    if (silent.length === 0) return 'ok';
    return `no answer from ${silent.length} of ${addresses.length} replicas: ${silent.join(', ')}`;
  }

  /** Whether the name is known to have no address. */
  async areNone(): Promise<boolean> {
    try {
      return (await this.addresses()).length === 0;
    } catch (error) {
      return NO_ADDRESS.includes((error as NodeJS.ErrnoException).code ?? '');
    }
  }

  /** @throws what the name's look-up or `work` throws */
  async each(work: (server: Stub, address: string) => Promise<void>): Promise<void> {
    const addresses = await this.addresses();
    await Promise.all(addresses.map((address) => work(this.clientOf(address), address)));
  }

  /** @throws ServiceError where it does not answer */
  serves(address: string): Promise<boolean> {
    return isServing(this.clientOf(address));
  }

  close(): void {
    this.closeAll(() => true);
  }

  private async addresses(): Promise<string[]> {
    const addresses = await addressesIn(this.url);
    this.closeAll((address) => !addresses.includes(address));
    return addresses;
  }

  private clientOf(address: string): Stub {
    const client =
      this.clients.get(address) ?? new Inference(targetOf(address), this.credentials, this.options);
    this.clients.set(address, client);
    return client;
  }

  private closeAll(isGone: (address: string) => boolean): void {
    for (const [address, client] of this.clients) {
      if (!isGone(address)) continue;
      client.close();
      this.clients.delete(address);
    }
  }
}

/** gRPC's lists of addresses are taken as they are. */
async function addressesIn(url: string): Promise<string[]> {
  const listed = /^ipv[46]:(.*)$/.exec(url)?.[1];
  if (listed !== undefined) return listed.split(',');
  const [, server, name = url] = /^dns:\/\/([^/]*)\/(.*)$/.exec(url) ?? [];
  return (await addressesOf(name.replace(/^dns:/, ''), server || undefined)).map(textOf);
}

const targetOf = (address: string): string =>
  address.startsWith('[') ? `ipv6:${address}` : `ipv4:${address}`;
