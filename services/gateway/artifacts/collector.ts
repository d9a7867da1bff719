// Erases the spaces that nobody needs. Nothing else erases bytes.

import { Injectable } from '@nestjs/common';
import { eq, sql } from 'drizzle-orm';
import pLimit from 'p-limit';
import { OPERATOR } from '#contracts/spaces.js';
import { SpaceKeeper } from '#platform/artifacts/space-keeper.js';
import { Database } from '../database/database.js';
import { artifactReferences, nameKeys, tenants } from '../database/schema.js';

/** Spaces that are erased at a time. */
const AT_ONCE = 8;

@Injectable()
export class Collector {
  constructor(
    private readonly database: Database,
    private readonly keeper: SpaceKeeper,
  ) {}

  /** Erases those of a tenant's spaces that have no reference. Idempotent. @returns which */
  async collect(tenantId: string, spaces: Iterable<string>): Promise<string[]> {
    const needed = await this.needed(tenantId);
    const unneeded = [...spaces].filter((space) => !needed.has(space));
    await pLimit(AT_ONCE).map(unneeded, (space) => this.keeper.erase(tenantId, space));
    return unneeded;
  }

  /** The same for all spaces of all tenants, also of those who are gone. */
  async sweep(): Promise<number> {
    await this.keeper.sweep();
    await this.database.sql
      .delete(artifactReferences)
      .where(sql`${artifactReferences.expiresAt} < now()`);
    // Seen before the references are read: a space has its reference before it can be seen.
    const seen = await this.seen();
    const all = await this.database.sql.select({ id: tenants.id }).from(tenants);
    const known = new Set([OPERATOR, ...all.map(({ id }) => id)]);
    let erased = 0;
    for (const [tenantId, spaces] of seen) {
      erased += (await this.collect(tenantId, spaces)).length;
      if (!known.has(tenantId)) await this.keeper.eraseTenant(tenantId);
    }
    return erased;
  }

  private async seen(): Promise<Map<string, Set<string>>> {
    const seen = new Map<string, Set<string>>();
    for await (const { tenantId, space } of this.keeper.spaces()) {
      const spaces = seen.get(tenantId) ?? new Set();
      seen.set(tenantId, spaces.add(space));
    }
    return seen;
  }

  private async needed(tenantId: string): Promise<Set<string | null>> {
    if (tenantId === OPERATOR) {
      const keys = await this.database.sql.select().from(nameKeys);
      return new Set(keys.flatMap(({ space, next }) => [space, next]));
    }
    const rows = await this.database.sql
      .selectDistinct({ space: artifactReferences.space })
      .from(artifactReferences)
      .where(eq(artifactReferences.tenantId, tenantId));
    return new Set(rows.map(({ space }) => space));
  }
}
