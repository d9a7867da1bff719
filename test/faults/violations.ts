// What must not have become of a tenant's jobs.

import { isOver } from '#client/follow.js';
import { nameOf } from './orders.js';
import type { Result } from './result.js';
import type { TenantLoad } from './tenant-load.js';

const outcomes = ['lost', 'doubled', 'stuck', 'failed', 'different'] as const;
type Outcome = (typeof outcomes)[number];
type Violations = Record<Outcome, string[]>;

/** @param references results of undisturbed jobs, by the name of their order. */
export function judgeAll(
  loads: readonly TenantLoad[],
  references: ReadonlyMap<string, Result>,
): Violations {
  const all = loads.map((load) => judge(load, references));
  const of = (outcome: Outcome): string[] => all.flatMap((violations) => violations[outcome]);
  return Object.fromEntries(outcomes.map((outcome) => [outcome, of(outcome)])) as Violations;
}

function judge(
  { name, placed, records, ended }: TenantLoad,
  references: ReadonlyMap<string, Result>,
): Violations {
  const answered = new Set(placed.map(({ id }) => id));
  const known = new Set(records.map(({ id }) => id));
  const of = (what: string): string => `${name}: ${what}`;
  return {
    lost: placed
      .filter(({ id }) => id === undefined || !known.has(id))
      .map(({ id, order }) => of(id ?? `no answer to ${nameOf(order)}`)),
    doubled: [...known].filter((id) => !answered.has(id)).map(of),
    stuck: records
      .filter((job) => !isOver(job))
      .map(({ id, status, stages }) => of(`${id} is ${status} at ${stages.map(stageText).join()}`)),
    failed: records
      .filter((job) => isOver(job) && job.status !== 'succeeded')
      .map(({ id, status, error }) => of(`${id} ${status}: ${error?.message ?? ''}`)),
    different: placed.flatMap(({ id, order }) => {
      const end = ended.get(id ?? '');
      if (end?.job.status !== 'succeeded') return [];
      return differences(end.result, references.get(nameOf(order))).map((difference) =>
        of(`${id} (${nameOf(order)}): ${difference}`),
      );
    }),
  };
}

function differences(found: Result, expected: Result = {}): string[] {
  const names = [...new Set([...Object.keys(found), ...Object.keys(expected)])];
  return names
    .filter((name) => found[name] !== expected[name])
    .map((name) => `${name} is ${found[name]}, not ${expected[name]}`);
}

const stageText = ({ name, status }: { name: string; status: string }): string =>
  `${name} ${status}`;
