// Which servers of inference answer: each address of its name is asked on a connection of its own,
// since a call to the name is answered by those that do.

import type { ChannelCredentials, ChannelOptions } from '@grpc/grpc-js';
import { lookup } from 'node:dns/promises';
import type { InferenceClient as Stub } from '#contracts/generated/lethe/inference/v1/Inference.js';
import { isServing } from './health-call.js';
import { Inference } from './inference-proto.js';

export class Replicas {
  private readonly clients = new Map<string, Stub>();

  constructor(
    private readonly url: string,
    private readonly credentials: ChannelCredentials,
    private readonly options: ChannelOptions,
  ) {}

  /** @returns 'ok', or how many and which do not answer. @throws what the name's look-up throws */
  async report(): Promise<string> {
    const targets = await this.targets();
    const serve = await Promise.all(targets.map((target) => this.serves(target)));
    const silent = targets.filter((_, i) => !serve[i]);
    if (silent.length === 0) return 'ok';
    return `no answer from ${silent.length} of ${targets.length} replicas: ${silent.map(addressOf).join(', ')}`;
  }

  /** @throws what the name's look-up or `work` throws */
  async each(work: (server: Stub, address: string) => Promise<void>): Promise<void> {
    const targets = await this.targets();
    await Promise.all(targets.map((target) => work(this.clientOf(target), addressOf(target))));
  }

  close(): void {
    this.closeAll(() => true);
  }

  private serves(target: string): Promise<boolean> {
    return isServing(this.clientOf(target)).catch(() => false);
  }

  private async targets(): Promise<string[]> {
    const targets = await targetsOf(this.url);
    this.closeAll((target) => !targets.includes(target));
    return targets;
  }

  private clientOf(target: string): Stub {
    const client =
      this.clients.get(target) ?? new Inference(target, this.credentials, this.options);
    this.clients.set(target, client);
    return client;
  }

  private closeAll(isGone: (target: string) => boolean): void {
    for (const [target, client] of this.clients) {
      if (!isGone(target)) continue;
      client.close();
      this.clients.delete(target);
    }
  }
}

const addressOf = (target: string): string => target.slice(target.indexOf(':') + 1);

/** As gRPC names single addresses. */
async function targetsOf(url: string): Promise<string[]> {
  const [, scheme, listed = ''] = /^(ipv4|ipv6):(.*)$/.exec(url) ?? [];
  if (scheme !== undefined) return listed.split(',').map((address) => `${scheme}:${address}`);
  const { hostname, port } = new URL(`http://${url.replace(/^dns:(\/\/[^/]*\/)?/, '')}`);
  const found = await lookup(hostname.replace(/^\[|\]$/g, ''), { all: true });
  // Of a server with addresses of both families only one is asked.
  const family = found.some((entry) => entry.family === 4) ? 4 : 6;
  return found
    .filter((entry) => entry.family === family)
    .map(({ address }) => (family === 4 ? `ipv4:${address}:${port}` : `ipv6:[${address}]:${port}`))
    .toSorted();
}
