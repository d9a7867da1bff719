// Cuts off requests whose key is revoked or expires while they are open: a stream of events may last
// for hours.

import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import type { ServerResponse } from 'node:http';
import type { Logger } from '#platform/log/logger.js';
import { RepeatedPass } from '#platform/repeated-pass.js';
import { LOGGER } from '#platform/tokens.js';
import { TenantsRepository } from './tenants.repository.js';

/** Between two looks, in ms. */
const interval = 1_000;

@Injectable()
export class OpenRequests implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly byKey = new Map<string, Set<ServerResponse>>();
  /** Keys that the last look found gone. */
  private gone = new Set<string>();
  private readonly checks: RepeatedPass;

  constructor(
    private readonly tenants: TenantsRepository,
    @Inject(LOGGER) log: Logger,
  ) {
    this.checks = new RepeatedPass({
      pass: () => this.check(),
      pause: interval,
      failed: (err) => log.debug({ err }, 'keys of open requests are checked later'),
    });
  }

  onApplicationBootstrap(): void {
    this.checks.start();
  }

  onModuleDestroy(): Promise<void> {
    return this.checks.stop();
  }

  add(keyId: string, reply: ServerResponse): void {
    const own = this.byKey.get(keyId) ?? new Set();
    this.byKey.set(keyId, own.add(reply));
    reply.once('close', () => {
      own.delete(reply);
      if (own.size === 0 && this.byKey.get(keyId) === own) this.byKey.delete(keyId);
    });
  }

  /** A key is cut off by the second look that misses it: the request that revokes it is answered. */
  private async check(): Promise<void> {
    const asked = [...this.byKey.keys()];
    const valid = asked.length > 0 ? await this.tenants.validKeys(asked) : new Set();
    const gone = asked.filter((keyId) => !valid.has(keyId));
    for (const keyId of gone.filter((known) => this.gone.has(known)))
      for (const reply of this.byKey.get(keyId) ?? []) reply.destroy();
    this.gone = new Set(gone);
  }
}
