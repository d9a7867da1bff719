import { randomBytes, randomUUID } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { describe, expect, test, vi } from 'vitest';
import { SpaceErasedError } from '../../errors/space-erased.error.js';
import { UnreadableKeyError } from '../../errors/unreadable-key.error.js';
import { blobStores } from '../blobs/testing/blob-stores.js';
import { openBytes } from '../sealing/open-sealed.js';
import { sealBytes } from '../sealing/seal.js';
import { collect } from '../stretches.js';
import { Keyring } from './keyring.js';
import { LocalRootKey } from './local-root-key.js';
import type { RootKey } from './root-key.js';

const root = new LocalRootKey(randomBytes(32));

describe.each(blobStores())('a keyring in $name', ({ open }) => {
  const keyring = (...roots: RootKey[]) =>
    new Keyring(open(), [roots[0] ?? root, ...roots.slice(1)]);
  const newTenant = () => `t-${randomUUID()}`;

  test('finds the same key again, in every process', async () => {
    const [tenant, rings] = [newTenant(), [keyring(), keyring()]];
    expect(await rings[0]!.has(tenant, 'job-1')).toBe(false);
    await Promise.all([1, 2, 3, 4].map((i) => rings[i % 2]!.create(tenant, 'job-1')));
    await rings[1]!.create(tenant, 'job-1');
    const keys = await Promise.all([...rings, keyring()].map((one) => one.find(tenant, 'job-1')));
    expect(new Set(keys.map((key) => key.name('x'))).size).toBe(1);
    const names = await Promise.all(
      rings.map(async (one) => (await one.findTenant(tenant)).name('x')),
    );
    expect(new Set(names).size).toBe(1);
    expect(await keyring().has(tenant, 'job-1')).toBe(true);
  });

  test('makes each space and each tenant a key of its own', async () => {
    const [one, two] = [newTenant(), newTenant()];
    const ring = keyring();
    const spaces = [
      [one, 'job-1'],
      [one, 'job-2'],
      [two, 'job-1'],
    ] as const;
    for (const [tenant, space] of spaces) await ring.create(tenant, space);
    const keys = await Promise.all(spaces.map(([tenant, space]) => ring.find(tenant, space)));
    expect(new Set(keys.map((key) => key.name('x'))).size).toBe(3);
    const listed = await collect(ring.list());
    for (const [tenantId, space] of spaces) expect(listed).toContainEqual({ tenantId, space });
  });

  test('knows no space that was not created', async () => {
    const tenant = newTenant();
    await expect(keyring().find(tenant, 'job-1')).rejects.toThrow(SpaceErasedError);
    await expect(keyring().findTenant(tenant)).rejects.toThrow(SpaceErasedError);
    await keyring().create(tenant, 'job-1');
    await expect(keyring().find(tenant, 'job-2')).rejects.toMatchObject({ permanent: true });
  });

  test('finds many at once, without those that are erased or damaged', async () => {
    const [tenant, ring] = [newTenant(), keyring()];
    const spaces = Array.from({ length: 100 }, (_, i) => `file-${i}`);
    for (const space of spaces) await ring.create(tenant, space);
    await ring.destroy(tenant, 'file-3');
    await open().write(`${tenant}/spaces/file-4`, [Buffer.alloc(61, 1)]);
    const found = await keyring().findAll(tenant, [...spaces, 'none', 'file-1']);
    expect([...found.keys()].toSorted()).toEqual(
      spaces.filter((space) => space !== 'file-3' && space !== 'file-4').toSorted(),
    );
    expect(found.get('file-7')!.name('x')).toBe((await ring.find(tenant, 'file-7')).name('x'));
    expect(await keyring().findAll(newTenant(), spaces)).toEqual(new Map());
    expect(await keyring(new LocalRootKey(randomBytes(32))).findAll(tenant, spaces)).toEqual(
      new Map(),
    );
  });

  test('does not remember that a space was missing', async () => {
    const [tenant, ring] = [newTenant(), keyring()];
    await expect(ring.find(tenant, 'job-1')).rejects.toThrow(SpaceErasedError);
    await keyring().create(tenant, 'job-1');
    await ring.find(tenant, 'job-1');
  });

  test('destroys a key for good: what it sealed opens nowhere, a new one opens nothing', async () => {
    const [tenant, ring, other] = [newTenant(), keyring(), keyring()];
    await ring.create(tenant, 'job-1');
    await ring.create(tenant, 'job-2');
    const sealed = sealBytes(Buffer.from('private'), await ring.find(tenant, 'job-1'), 'x');
    await ring.destroy(tenant, 'job-1');
    await other.destroy(tenant, 'job-1');
    for (const one of [ring, other, keyring()]) {
      await expect(one.find(tenant, 'job-1')).rejects.toThrow(SpaceErasedError);
      expect(await one.has(tenant, 'job-1')).toBe(false);
      expect(await one.has(tenant, 'job-2')).toBe(true);
    }
    expect(await collect(open().list(`${tenant}/spaces/`))).toMatchObject([
      { key: `${tenant}/spaces/job-2` },
    ]);
    await ring.create(tenant, 'job-1');
    const key = await ring.find(tenant, 'job-1');
    expect(() => openBytes(sealed, key, 'x')).toThrow('damaged');
  });

  test('another process uses a destroyed key no longer than 30 s', async () => {
    const [tenant, other] = [newTenant(), keyring()];
    await keyring().create(tenant, 'job-1');
    await keyring().create(tenant, 'job-2');
    const now = vi.spyOn(performance, 'now');
    try {
      now.mockReturnValue(1e9);
      await other.find(tenant, 'job-1');
      await keyring().destroy(tenant, 'job-1');
      now.mockReturnValue(1e9 + 29_000);
      await other.find(tenant, 'job-1');
      await other.find(tenant, 'job-2');
      await keyring().destroyTenant(tenant);
      now.mockReturnValue(1e9 + 31_000);
      await expect(other.find(tenant, 'job-1')).rejects.toThrow(SpaceErasedError);
      now.mockReturnValue(1e9 + 29_000 + 31_000);
      await expect(other.find(tenant, 'job-2')).rejects.toThrow(SpaceErasedError);
    } finally {
      now.mockRestore();
    }
  });

  test('a destruction that was interrupted is a destruction, and is ended by the next', async () => {
    const tenant = newTenant();
    await keyring().create(tenant, 'job-1');
    const path = `${tenant}/spaces/job-1`;
    await open().write(path, [Buffer.alloc((await open().size(path))!)]);
    await expect(keyring().find(tenant, 'job-1')).rejects.toThrow(SpaceErasedError);
    expect(await keyring().has(tenant, 'job-1')).toBe(false);
    expect(await collect(keyring().list())).toContainEqual({ tenantId: tenant, space: 'job-1' });
    await keyring().destroy(tenant, 'job-1');
    expect(await open().size(path)).toBeNull();
  });

  test("destroys a tenant's keys, its own above all", async () => {
    const [tenant, neighbour, ring] = [newTenant(), newTenant(), keyring()];
    for (const space of ['file-1', 'job-1']) await ring.create(tenant, space);
    await ring.create(neighbour, 'job-1');
    const wrapped = await buffer(await open().read(`${tenant}/spaces/job-1`));
    await ring.destroyTenant(tenant);
    await ring.destroyTenant(tenant);
    expect(await collect(open().list(`${tenant}/`))).toEqual([]);
    await open().write(`${tenant}/spaces/job-1`, [wrapped]);
    for (const one of [ring, keyring()]) {
      await expect(one.find(tenant, 'job-1')).rejects.toThrow(SpaceErasedError);
      expect(await one.has(tenant, 'job-1')).toBe(false);
    }
    await ring.find(neighbour, 'job-1');
    await ring.create(tenant, 'job-2');
    await expect(keyring().find(tenant, 'job-1')).rejects.toThrow(UnreadableKeyError);
  });

  test("no key can be put in another's place", async () => {
    const [tenant, ring] = [newTenant(), keyring()];
    await ring.create(tenant, 'job-1');
    await ring.create(tenant, 'job-2');
    const wrapped = await buffer(await open().read(`${tenant}/spaces/job-1`));
    await open().write(`${tenant}/spaces/job-2`, [wrapped]);
    await expect(keyring().find(tenant, 'job-2')).rejects.toThrow(UnreadableKeyError);
    const other = newTenant();
    await open().write(`${other}/key`, [await buffer(await open().read(`${tenant}/key`))]);
    await open().write(`${other}/spaces/job-1`, [wrapped]);
    await expect(keyring().find(other, 'job-1')).rejects.toThrow(UnreadableKeyError);
  });

  test.each(['', 'x', '{}', '{"root":1,"key":"AA=="}', '{"root":"r","key":"%"}'])(
    "a tenant's key that reads %j is damaged or gone, not missing by chance",
    async (text) => {
      const tenant = newTenant();
      await keyring().create(tenant, 'job-1');
      await open().write(`${tenant}/key`, [Buffer.from(text)]);
      await expect(keyring().find(tenant, 'job-1')).rejects.toThrow(
        text === '' ? SpaceErasedError : UnreadableKeyError,
      );
    },
  );

  test('a root key is replaced without touching what is sealed', async () => {
    const next = new LocalRootKey(randomBytes(32));
    const tenants = [newTenant(), newTenant()];
    for (const tenant of tenants) await keyring().create(tenant, 'job-1');
    const before = await Promise.all(tenants.map((tenant) => keyring().find(tenant, 'job-1')));
    await expect(keyring(next).find(tenants[0]!, 'job-1')).rejects.toThrow(
      `under the root key ${root.id}: expected one of ROOT_KEYS, ${next.id}`,
    );
    const both = keyring(next, root);
    await both.find(tenants[0]!, 'job-1');
    const broken = newTenant();
    await open().write(`${broken}/key`, [Buffer.from('x')]);
    const first = await both.rewrap();
    expect(first.rewrapped).toBeGreaterThanOrEqual(tenants.length);
    expect(first.unreadable).toContain(broken);
    expect(await both.rewrap()).toEqual({ ...first, rewrapped: 0 });
    for (const [i, tenant] of tenants.entries()) {
      expect((await keyring(next).find(tenant, 'job-1')).name('x')).toBe(before[i]!.name('x'));
      await expect(keyring().find(tenant, 'job-1')).rejects.toThrow(UnreadableKeyError);
    }
  });

  test('a key that is destroyed while it is wrapped again stays destroyed', async () => {
    const tenant = newTenant();
    await keyring().create(tenant, 'job-1');
    const next = new LocalRootKey(randomBytes(32));
    const slow: RootKey = {
      id: 'slow',
      wrap: async (key, context) => {
        if (context.endsWith(tenant)) await keyring().destroyTenant(tenant);
        return next.wrap(key, context);
      },
      unwrap: (wrapped, context) => next.unwrap(wrapped, context),
    };
    await keyring(slow, root, next)
      .rewrap()
      .catch(() => {});
    expect(await open().size(`${tenant}/key`)).toBeNull();
  });

  test.each(['..', 'a/b', '', 'a b', '../x'])('refuses the id %j', async (id) => {
    const ring = keyring();
    await expect(ring.create(id, 'job-1')).rejects.toThrow(TypeError);
    await expect(ring.create('t', id)).rejects.toThrow(TypeError);
    await expect(ring.find(id, 'job-1')).rejects.toThrow(TypeError);
    await expect(ring.find('t', id)).rejects.toThrow(TypeError);
    await expect(ring.has('t', id)).rejects.toThrow(TypeError);
    await expect(ring.destroy('t', id)).rejects.toThrow(TypeError);
    await expect(ring.destroyTenant(id)).rejects.toThrow(TypeError);
  });
});
