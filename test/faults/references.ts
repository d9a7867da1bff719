// What undisturbed jobs come to.

import { required } from '#collections/required.js';
import type { TestPlatform } from '../testing/platform.js';
import { everyOrder, nameOf } from './orders.js';
import type { Patience } from './patience.js';
import type { Result } from './result.js';
import { TenantLoad } from './tenant-load.js';

/**
 * One job of each kind and seed.
 * @returns results by the name of the order.
 * @throws Error where one fails: there is nothing to compare with then.
 */
export async function runReferences(
  platform: TestPlatform,
  patience: Patience,
): Promise<Map<string, Result>> {
  const orders = everyOrder();
  const load = new TenantLoad(
    'undisturbed',
    await platform.tenant('undisturbed', 0),
    orders,
    patience,
  );
  await load.prepare();
  const unhad = await load.run();
  const failed = load.records.filter(({ status }) => status !== 'succeeded');
  if (unhad.length > 0 || failed.length > 0)
    throw new Error(
      `undisturbed jobs: ${[...unhad, ...failed.map(({ error }) => error?.message)].join('; ')}`,
    );
  return new Map(
    load.placed.map(({ id = '', order }) => [nameOf(order), required(load.ended, id).result]),
  );
}
