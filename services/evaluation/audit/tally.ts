// What an audit's rows say by probe, model and question; texts are not kept.

import type { AuditRole, AuditRow } from '#contracts/audit.js';
import type { ProbeName } from '#contracts/probes.js';

export type Leaks = ReadonlyMap<number, boolean | null>;
/** Of each answer to one question whether it was a leak; null: unjudged. */
export type Verdicts = readonly (boolean | null)[];
export type Figures = AuditRow['figures'];

/** By the index of the question. */
type ByProbe<T> = Map<`${ProbeName} ${AuditRole}`, Map<number, T>>;

/** What a tally knows, as it may be sent to a thread. */
export interface Tallied {
  readonly judged: ByProbe<(boolean | null)[]>;
  readonly measured: ByProbe<Figures>;
}

export class Tally {
  constructor(readonly tallied: Tallied = { judged: new Map(), measured: new Map() }) {}

  static async of(rows: AsyncIterable<AuditRow> | Iterable<AuditRow>): Promise<Tally> {
    const tally = new Tally();
    for await (const row of rows) tally.add(row);
    return tally;
  }

  /** Questions that a probe asked, and whether one of the answers was a leak; null: unjudged. */
  leaks(probe: ProbeName, role: AuditRole): Leaks {
    const verdicts = [...this.verdicts(probe, role)];
    return new Map(verdicts.map(([index, each]) => [index, each.reduce(either)]));
  }

  verdicts(probe: ProbeName, role: AuditRole): ReadonlyMap<number, Verdicts> {
    return this.tallied.judged.get(`${probe} ${role}`) ?? new Map();
  }

  figures(probe: ProbeName, role: AuditRole): ReadonlyMap<number, Figures> {
    return this.tallied.measured.get(`${probe} ${role}`) ?? new Map();
  }

  private add({ probe, role, index, leak, figures }: AuditRow): void {
    entryOf(this.tallied.measured, `${probe} ${role}`).set(index, figures);
    if (leak === undefined) return;
    const verdicts = entryOf(this.tallied.judged, `${probe} ${role}`);
    verdicts.set(index, [...(verdicts.get(index) ?? []), leak]);
  }
}

function entryOf<K, V>(maps: Map<K, Map<number, V>>, key: K): Map<number, V> {
  const known = maps.get(key) ?? new Map<number, V>();
  maps.set(key, known);
  return known;
}

/** One leak is a leak; what was judged outweighs what was not. */
export const either = (one: boolean | null | undefined, other: boolean | null): boolean | null =>
  one === true || other === true ? true : (one ?? other);
