// The cells of some places of a run: those that have the same key already, or else new ones, a few
// statements for all. For a transaction that holds the run.

import { and, eq, inArray, sql } from 'drizzle-orm';
import { item } from '#collections/items.js';
import { type CellWork, evaluationCells as cells } from '../database/schema.js';
import type { Sql } from '../database/sql.js';
import type { RunRow, TenantRecords } from '../database/tenant-records.js';
import { newId } from '../http/ids.js';
import type { PlannedCell, PlannedPlace } from './planned-cells.js';
import { filesOf } from './run-spaces.js';

export interface TakenCell {
  readonly place: number;
  readonly cellId: string;
  /** Or else it is what that one is judged from. */
  readonly isShown: boolean;
}

/** How often a key is looked for that others take, or give up, meanwhile. */
const TRIES = 5;

export class CellTaking {
  /** By key, with the spaces that each goes with. All are held until the transaction ends. */
  private readonly known = new Map<string, { readonly id: string; readonly sources: string[] }>();

  constructor(
    private readonly transaction: Sql,
    private readonly records: TenantRecords,
    private readonly run: RunRow,
  ) {}

  async take(planned: readonly PlannedPlace[]): Promise<TakenCell[]> {
    const answers = byKey(planned.flatMap((one) => one.answers ?? []));
    const verdicts = byKey(planned.flatMap((one) => one.verdicts ?? []));
    const answersOf = new Map(
      planned.flatMap((one) => (one.verdicts ? [[one.verdicts.key, one.answers?.key]] : [])),
    );
    await this.hold([...answers.keys(), ...verdicts.keys()]);
    await this.add(answers, () => undefined);
    await this.add(verdicts, (key) => this.idOf(answersOf.get(key)));
    await this.addSources([...answers.values(), ...verdicts.values()]);
    const erased = await this.addErased(planned.filter((one) => !one.answers));
    return planned.flatMap(({ place, answers: asked, verdicts: judged }) => {
      if (!asked) return { place, cellId: item(erased.splice(0, 1), 0), isShown: true };
      const taken = { place, cellId: this.idOf(asked.key), isShown: !judged };
      return judged ? [taken, { place, cellId: this.idOf(judged.key), isShown: true }] : [taken];
    });
  }

  /** In the order in which whoever erases cells holds them. */
  private async hold(keys: readonly string[]): Promise<void> {
    if (keys.length === 0) return;
    const rows = await this.transaction
      .select({ id: cells.id, key: cells.key, sources: cells.sources })
      .from(cells)
      .where(and(eq(cells.tenantId, this.run.tenantId), inArray(cells.key, [...keys])))
      .orderBy(cells.id)
      .for('update');
    for (const { key, ...cell } of rows) if (key !== null) this.known.set(key, cell);
  }

  /** Those that are not known; two runs that add the same do so in the same order. */
  private async add(
    planned: ReadonlyMap<string, NewCell>,
    answersOf: (key: string) => string | undefined,
  ): Promise<void> {
    for (let tries = 0; tries < TRIES; tries++) {
      const missing = [...planned.values()].filter(({ key }) => !this.known.has(key));
      if (missing.length === 0) return;
      const stored = await this.insert(
        missing
          .toSorted((a, b) => (a.key < b.key ? -1 : 1))
          .map((one) => ({ ...one, status: 'waiting', answersId: answersOf(one.key) })),
      );
      for (const { id, key, sources } of stored)
        if (key !== null) this.known.set(key, { id, sources });
      // Another run has added them meanwhile.
      await this.hold(missing.map(({ key }) => key).filter((key) => !this.known.has(key)));
    }
    throw new Error('cells come and go while they are planned');
  }

  /** A cell goes with any of the files and models that it could have been made from. */
  private async addSources(planned: readonly NewCell[]): Promise<void> {
    const wider = planned.flatMap(({ key, sources }) => {
      const cell = this.known.get(key);
      const all = new Set([...(cell?.sources ?? []), ...sources]);
      return cell && all.size > cell.sources.length ? [{ id: cell.id, sources: [...all] }] : [];
    });
    if (wider.length === 0) return;
    await this.transaction
      .update(cells)
      .set({ sources: sql`wider.sources` })
      .from(sql`json_to_recordset(${JSON.stringify(wider)}) AS wider(id text, sources text[])`)
      .where(sql`${cells.id} = wider.id`);
  }

  /** @returns the ids, in the order of the places. */
  private async addErased(places: readonly PlannedPlace[]): Promise<string[]> {
    const rows = places.map(({ work }) => ({ work, status: 'erased', sources: sourcesOf(work) }));
    return (await this.insert(rows as InsertedCell[])).map(({ id }) => id);
  }

  private async insert(values: readonly InsertedCell[]) {
    if (values.length === 0) return [];
    const { traceId } = this.run;
    return this.records.cells.insertAll(
      values.map((one) => ({ id: newId('evalcell-'), ...one, traceId })),
    );
  }

  private idOf(key: string | undefined): string {
    const cell = key === undefined ? undefined : this.known.get(key);
    if (!cell) throw new Error('a cell is missing after it was planned');
    return cell.id;
  }
}

type NewCell = PlannedCell & { readonly sources: string[] };
interface InsertedCell {
  readonly key?: string;
  readonly work: CellWork;
  readonly status: 'waiting' | 'erased';
  readonly answersId?: string | undefined;
  readonly sources: string[];
}

/** Equal files may be several: what has one key is one cell, with the sources of all. */
function byKey(planned: readonly PlannedCell[]): Map<string, NewCell> {
  const found = new Map<string, NewCell>();
  for (const { key, work } of planned) {
    const first = found.get(key);
    const sources = new Set([...(first?.sources ?? []), ...sourcesOf(work)]);
    found.set(key, { key, work: first?.work ?? work, sources: [...sources] });
  }
  return found;
}

const sourcesOf = ({ model: { adapter }, data }: CellWork): string[] => [
  ...(adapter ? [adapter.space] : []),
  ...filesOf([data]),
];
