// Runs of thousands of cells: recorded a thousand at a time, whole or not at all, and deleted as one.

import { eq, isNull, sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { first } from '#collections/items.js';
import { cellSpace } from '#contracts/spaces.js';
import type { SealedText } from '#platform/artifacts/keys/text-key.js';
import { QueueProducer } from '#platform/queue/queue-producer.js';
import { RedisConnections } from '#platform/queue/redis-connections.js';
import { silent } from '#testing/queue.js';
import { useRedis } from '#testing/redis.js';
import type { Database } from '../database/database.js';
import {
  evaluationCells as cells,
  evaluationRunCells as places,
  evaluationRuns as runs,
  type TaskData,
  tenants,
} from '../database/schema.js';
import { TenantRecords, type RunRow } from '../database/tenant-records.js';
import { eachDatabase } from '../testing/databases.js';
import { RunPlanner } from './run-planner.js';

const HASHES = { forget: 'f'.repeat(64), retain: 'e'.repeat(64) };
/** Two tasks of answers that are judged, and one of likelihoods: five rows a model. */
const TASKS = [{ max_tokens: 1 }, { max_tokens: 2 }, { name: 'gold' }] as const;

const redis = useRedis();

eachDatabase((create) => {
  let database: Database;
  let planner: RunPlanner;
  let connections: RedisConnections;
  beforeAll(async () => {
    database = await (await create()).open();
    await database.sql.insert(tenants).values({ id: 'acme', name: '' as SealedText });
    connections = new RedisConnections({ url: redis.url }, silent);
    planner = new RunPlanner(database, new QueueProducer(connections, redis.prefix()));
  });
  afterAll(async () => {
    connections.close();
    await database.close();
  });

  /** @param space of its files, which are the same by content. */
  async function record(id: string, models: number, space = 'file-a'): Promise<RunRow> {
    const data: TaskData = {
      forget: { space, hash: HASHES.forget },
      retain: { space, hash: HASHES.retain },
    };
    const files = { forget: space, retain: space };
    const recorded = await database.sql
      .insert(runs)
      .values({
        id,
        tenantId: 'acme',
        status: 'running',
        request: {
          tasks: TASKS.map((task) => ({ name: 'unlearning' as const, files, ...task })),
          judge: 'lexical',
          max_tokens: 64,
          shard_size: 32,
        },
        words: '' as SealedText,
        models: Array.from({ length: models }, (_, i) => ({ base: `base-${i}`, digest: `${i}` })),
        data: TASKS.map(() => data),
        cells: models * TASKS.length,
        traceId: 'a',
      })
      .returning();
    return first(recorded);
  }

  const rowOf = async (id: string): Promise<RunRow> =>
    first(await database.sql.select().from(runs).where(eq(runs.id, id)));
  const placesOf = (id: string) =>
    database.sql
      .select({ place: places.place, isShown: places.isShown, cell: cells })
      .from(places)
      .innerJoin(cells, eq(cells.id, places.cellId))
      .where(eq(places.runId, id))
      .orderBy(places.place, places.isShown);
  const held = async (id: string): Promise<number> => {
    const spaces = (await placesOf(id)).map(({ cell }) => cellSpace(cell.id));
    const { references } = new TenantRecords(database.sql, 'acme');
    return new Set(await references.lock('evaluation_run', spaces)).size;
  };

  test('what is planned in the midst of a failure is planned whole later', async () => {
    await database.sql.execute(sql`
      CREATE FUNCTION refuse() RETURNS trigger AS $$ BEGIN RAISE 'no room'; END $$ LANGUAGE plpgsql`);
    await database.sql.execute(sql`
      CREATE TRIGGER refuse BEFORE INSERT ON evaluation_run_cells FOR EACH ROW
      WHEN (NEW.place = 1100) EXECUTE FUNCTION refuse()`);
    const run = await record('run-broken', 400);
    await expect(planner.plan(run)).rejects.toThrow();
    const half = await rowOf(run.id);
    expect(half.planned).toBe(1000);
    // 333 models of five rows each, and the first task of another.
    expect(await placesOf(run.id)).toHaveLength(333 * 5 + 2);
    expect(await held(run.id)).toBe(333 * 5 + 2);
    expect(await database.sql.$count(cells)).toBe(333 * 5 + 2);
    await database.sql.execute(sql`DROP TRIGGER refuse ON evaluation_run_cells`);
    await planner.plan(half);
    expect((await rowOf(run.id)).planned).toBe(1200);
    expect(await held(run.id)).toBe(400 * 5);
  });

  test('each place has its cell, judged ones the answers that they are on', async () => {
    const rows = await placesOf('run-broken');
    expect(rows.map(({ place, isShown }) => `${place} ${isShown}`)).toEqual(
      Array.from({ length: 400 }, (_, i) => 3 * i).flatMap((place) => [
        `${place} false`,
        `${place} true`,
        `${place + 1} false`,
        `${place + 1} true`,
        `${place + 2} true`,
      ]),
    );
    for (const [i, { place, isShown, cell }] of rows.entries()) {
      expect(cell.work.model).toEqual({ base: `base-${Math.floor(place / 3)}` });
      expect(cell.status).toBe('waiting');
      const isVerdict = isShown && place % 3 < 2;
      expect(cell.work.judge).toBe(isVerdict ? 'lexical' : undefined);
      expect(cell.answersId).toBe(isVerdict ? rows[i - 1]?.cell.id : null);
    }
  });

  test('what is there is taken, with the files that it could have been made from', async () => {
    const before = await database.sql.$count(cells);
    await Promise.all(
      ['file-b', 'file-c'].map(async (space) =>
        planner.plan(await record(`run-${space}`, 401, space)),
      ),
    );
    expect(await database.sql.$count(cells)).toBe(before + 5);
    const ids = async (id: string) => (await placesOf(id)).map(({ cell }) => cell.id);
    expect(await ids('run-file-b')).toEqual(await ids('run-file-c'));
    expect((await ids('run-file-b')).slice(0, 2000)).toEqual(await ids('run-broken'));
    const { cell } = first(await placesOf('run-broken'));
    expect(cell.sources.toSorted()).toEqual(['file-a', 'file-b', 'file-c']);
    expect(await database.sql.$count(cells, isNull(cells.key))).toBe(0);
  });

  test('5,000 cells of judged answers are recorded', { timeout: 300_000 }, async () => {
    const run = await record('run-large', 1667, 'file-d');
    await planner.plan(run);
    expect((await rowOf(run.id)).planned).toBe(5001);
    expect(await held(run.id)).toBe(1667 * 5);
  });
});
