// The certificates of this process, read again when their files change: what renews them need not
// restart it.

import type { experimental } from '@grpc/grpc-js';
import type { GrpcEnv } from '../config/grpc-env.js';
import type { Logger } from '../log/logger.js';
import { type Pems, readPems } from './pems.js';

/** How often the files are looked at, in ms. */
const REFRESH = 30_000;

/** A new connection takes what was read last. */
export class CertificateFiles implements experimental.CertificateProvider {
  private readonly listeners = new Map<unknown, (pems: Pems) => void>();
  private pems: Pems;
  private timer?: NodeJS.Timeout;

  /** @throws EnvError where the files cannot be used. */
  constructor(
    private readonly env: GrpcEnv,
    private readonly log: Logger,
    private readonly refreshMs = REFRESH,
  ) {
    this.pems = readPems(env);
  }

  addCaCertificateListener(listener: experimental.CaCertificateUpdateListener): void {
    this.add(listener, ({ ca }) => listener({ caCertificate: ca }));
  }

  addIdentityCertificateListener(listener: experimental.IdentityCertificateUpdateListener): void {
    this.add(listener, listener);
  }

  removeCaCertificateListener(listener: experimental.CaCertificateUpdateListener): void {
    this.remove(listener);
  }

  removeIdentityCertificateListener(
    listener: experimental.IdentityCertificateUpdateListener,
  ): void {
    this.remove(listener);
  }

  private add(listener: unknown, tell: (pems: Pems) => void): void {
    this.listeners.set(listener, tell);
    this.timer ??= setInterval(() => this.refresh(), this.refreshMs).unref();
    // As gRPC's own provider does: its callers are not ready to be told before they have returned.
    process.nextTick(() => tell(this.pems));
  }

  private remove(listener: unknown): void {
    this.listeners.delete(listener);
    if (this.listeners.size > 0) return;
    clearInterval(this.timer);
    this.timer = undefined;
  }

  /** Files that do not fit may be half written: the earlier ones go on until they do. */
  private refresh(): void {
    try {
      const pems = readPems(this.env);
      if (same(pems, this.pems)) return;
      this.pems = pems;
      for (const tell of this.listeners.values()) tell(pems);
      this.log.info('certificates renewed');
    } catch (error) {
      this.log.warn({ reason: (error as Error).message }, 'certificates cannot be renewed');
    }
  }
}

const same = (a: Pems, b: Pems): boolean =>
  a.ca.equals(b.ca) && a.certificate.equals(b.certificate) && a.privateKey.equals(b.privateKey);
