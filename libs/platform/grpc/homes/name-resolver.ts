// Finds the replicas behind a name, again and again: those that a scale-up adds get calls though no
// connection breaks.

import { experimental, Metadata, status } from '@grpc/grpc-js';
import { addressesOf } from './addresses.js';

/** Of a target whose name is resolved here. */
const SCHEME = 'lethe-name';
/** Between two look-ups, in ms. */
const INTERVAL = 2000;

/**
 * Of a channel to a name, as gRPC writes it: host:port, or dns://server/host:port where a DNS server
 * is to be asked.
 */
export const nameTarget = (name: string): string =>
  `${SCHEME}://${name.includes('//') ? name.slice(name.indexOf('//') + 2) : `/${name}`}`;

type Found = Parameters<experimental.ResolverListener>[0];

class NameResolver implements experimental.Resolver {
  private told: string | undefined;
  private timer: NodeJS.Timeout | undefined;
  private isAsking = false;
  private isEnded = false;

  constructor(
    private readonly target: experimental.GrpcUri,
    private readonly listener: experimental.ResolverListener,
  ) {}

  static getDefaultAuthority({ path }: experimental.GrpcUri): string {
    return path;
  }

  updateResolution(): void {
    this.isEnded = false;
    void this.ask();
  }

  destroy(): void {
    this.isEnded = true;
    this.told = undefined;
    clearTimeout(this.timer);
  }

  private async ask(): Promise<void> {
    if (this.isAsking) return;
    this.isAsking = true;
    clearTimeout(this.timer);
    const found = await this.find();
    this.isAsking = false;
    if (this.isEnded) return;
    this.timer = setTimeout(() => void this.ask(), INTERVAL).unref();
    this.tell(found);
  }

  /** Where nothing has changed nobody is told, but of errors: what has no address yet waits for one. */
  private tell(found: Found): void {
    const text = found.ok ? JSON.stringify(found.value) : undefined;
    if (text !== undefined && text === this.told) return;
    this.told = text;
    this.listener(found, {}, null, '');
  }

  private async find(): Promise<Found> {
    const { path, authority } = this.target;
    try {
      const found = await addressesOf(path, authority || undefined);
      return experimental.statusOrFromValue(
        found.map(({ host, port }) => ({ addresses: [{ host, port }] })),
      );
    } catch (error) {
      const details = `the name ${path} is not found: ${(error as Error).message}`;
      return experimental.statusOrFromError({
        code: status.UNAVAILABLE,
        details,
        metadata: new Metadata(),
      });
    }
  }
}

/** For channels that are made later. */
export const registerNameResolver = (): void => experimental.registerResolver(SCHEME, NameResolver);
