import { sql } from 'drizzle-orm';
import { describe, expect, onTestFinished, test } from 'vitest';
import { OPERATOR } from '#contracts/spaces.js';
import type { ArtifactStore, TenantStore } from '#platform/artifacts/artifact-store.js';
import type { SpaceKeeper } from '#platform/artifacts/space-keeper.js';
import { silent } from '#testing/queue.js';
import { useTempStore } from '#testing/temp-store.js';
import { Collector } from '../artifacts/collector.js';
import type { Database } from '../database/database.js';
import { erasures, nameKeys, tenants } from '../database/schema.js';
import { eachDatabase } from '../testing/databases.js';
import { NameHashes } from './name-hashes.js';
import { NewTenants } from './new-tenants.js';
import { TenantsRepository } from './tenants.repository.js';

const artifacts = useTempStore();

eachDatabase((create) => {
  /** Those of one gateway more, where the database has several. */
  async function open() {
    const place = await create();
    const database = await place.open();
    const second = place.gateways > 1 ? await place.open() : undefined;
    onTestFinished(async () => {
      await second?.close();
      await database.close();
    });
    const gateways = [database, second ?? database].map((one) => gateway(one));
    return { database, gateways, ...gateways[0]! };
  }

  function gateway(database: Database, keeper = artifacts.keeper) {
    const hashes = new NameHashes(database, keeper, artifacts.store, silent);
    const newTenants = new NewTenants(database, keeper, artifacts.store, hashes);
    return { hashes, newTenants, repository: new TenantsRepository(database) };
  }

  async function hashKeys(): Promise<string[]> {
    const keys = [];
    for await (const { tenantId, space } of artifacts.keeper.spaces())
      if (tenantId === OPERATOR) keys.push(space);
    return keys;
  }

  const hashesIn = async (database: Database) =>
    (await database.sql.select().from(tenants).orderBy(tenants.seq)).map((row) => row.nameHash);

  describe('a name', () => {
    test('is one tenant of many at once', async () => {
      const { gateways, repository } = await open();
      const tries = Array.from({ length: 8 }, (_, i) => gateways[i % 2]!.newTenants.make('acme'));
      const made = (await Promise.all(tries)).filter(Boolean);
      expect(made).toHaveLength(1);
      expect(await repository.list()).toMatchObject([{ id: made[0]!.tenant.id }]);
    });

    test("is free when its tenant is gone, and its hash is nobody's soon after", async () => {
      const { database, hashes, newTenants, repository } = await open();
      await hashes.renew();
      const { tenant: gone } = (await newTenants.make('gone'))!;
      await newTenants.make('stays');
      await hashes.renew();
      const [before] = await database.sql.select().from(nameKeys);
      expect(before).toMatchObject({ isStale: false });
      const [, kept] = await hashesIn(database);
      await repository.remove(gone.id);
      expect(await hashesIn(database)).toEqual([null, kept]);
      expect(await newTenants.make('stays')).toBeUndefined();

      await hashes.renew();
      const [after] = await database.sql.select().from(nameKeys);
      expect(await hashKeys()).toContain(after!.space);
      expect(await hashKeys()).not.toContain(before!.space);
      expect((await hashesIn(database))[1]).not.toBe(kept);
      expect(await newTenants.make('stays')).toBeUndefined();
      expect(await newTenants.make('gone')).toBeDefined();
    });

    test('is hashed anew later, where a tenant comes meanwhile', async () => {
      const { database, hashes, newTenants } = await open();
      await newTenants.make('first');
      let arrived: Promise<unknown> | undefined;
      const scope = (id: string): TenantStore => ({
        ...artifacts.store.scope(id),
        // Asked for the names of those who were there.
        async textKeys(spaces) {
          await (arrived ??= newTenants.make('second'));
          return artifacts.store.scope(id).textKeys(spaces);
        },
      });
      const store = Object.create(artifacts.store, { scope: { value: scope } }) as ArtifactStore;
      const comes = new NameHashes(database, artifacts.keeper, store, silent);
      await comes.renew();
      expect(await arrived).toBeDefined();
      expect(await database.sql.select().from(nameKeys)).toMatchObject([{ isStale: true }]);
      await hashes.renew();
      expect(await database.sql.select().from(nameKeys)).toMatchObject([{ isStale: false }]);
      for (const name of ['first', 'second']) expect(await newTenants.make(name)).toBeUndefined();
    });
  });

  describe('a tenant that is half made', () => {
    /** @param work before each of the tenant's keys is made. */
    const madeAmid = (database: Database, work: () => Promise<unknown>) => {
      const before = async (tenantId: string, space: string): Promise<void> => {
        if (tenantId !== OPERATOR) await work();
        await artifacts.keeper.create(tenantId, space);
      };
      const keeper = Object.create(artifacts.keeper, { create: { value: before } }) as SpaceKeeper;
      return gateway(database, keeper);
    };

    test('is none, and is erased', async () => {
      const { database, newTenants, repository } = await open();
      const broken = madeAmid(database, () => Promise.reject(new Error('the store is away')));
      await expect(broken.newTenants.make('acme')).rejects.toThrow('the store is away');
      expect(await repository.list()).toEqual([]);
      const [row] = await database.sql.select().from(tenants);
      const [erasure] = await database.sql.select().from(erasures);
      expect(erasure).toMatchObject({ kind: 'tenant', targetId: row!.id, doneAt: null });
      expect(erasure!.dueAt.getTime()).toBeGreaterThan(Date.now() + 30_000);
      expect(await newTenants.make('acme')).toBeDefined();
    });

    test('cannot be finished once it is being erased', async () => {
      const { database, repository } = await open();
      const late = madeAmid(database, () =>
        database.sql.execute(sql`UPDATE erasures SET due_at = now()`),
      );
      await expect(late.newTenants.make('acme')).rejects.toMatchObject({ status: 503 });
      expect(await repository.list()).toEqual([]);
      expect(await database.sql.select().from(erasures)).toHaveLength(1);
    });

    test('keeps its keys from the sweep', async () => {
      const { database } = await open();
      const collector = new Collector(database, artifacts.keeper);
      const swept = madeAmid(database, () => collector.sweep());
      const made = await swept.newTenants.make('acme');
      const spaces = [];
      for await (const { tenantId, space } of artifacts.keeper.spaces())
        if (tenantId === made!.tenant.id) spaces.push(space);
      expect(spaces).toHaveLength(2);
    });
  });
});
