// Whether what a model finds likely tells the forget set from questions that no model was taught.

import { item } from '#collections/items.js';
import { zip } from '#collections/zip.js';
import {
  type AuditRole,
  auditRoles,
  type Membership,
  type MembershipScore,
  membershipScores,
  type Telling,
} from '#contracts/audit.js';
import { bootstrapGroups } from '#metrics/bootstrap.js';
import type { Interval } from '#metrics/intervals.js';
import {
  all,
  areaOfDraws,
  type RankedGroups,
  rankGroups,
} from '#metrics/membership/area-under-curve.js';
import { referenceScore } from '#metrics/membership/loss.js';
import { privleak } from '#metrics/membership/privleak.js';
import type { Tally } from './tally.js';

/** AUC of a score that tells nothing: in place of the reference's where there is none. */
const CHANCE = 0.5;
/** That MUSE and open-unlearning take PrivLeak of. */
const LEAKING: MembershipScore = 'minK';

/** What is asked of the forget set, and the same of the holdout. */
const [likelihoods, gradients] = [
  ['gold', 'holdout'],
  ['gradient', 'holdout-gradient'],
] as const;
type Probe = (typeof likelihoods | typeof gradients)[number];

/** Those that have a score. */
const probesOf = (score: MembershipScore): readonly [Probe, Probe] =>
  score === 'gradientNorm' ? gradients : likelihoods;

/** Scores of the same questions by every model that has them. */
type Ranked = Readonly<Partial<Record<AuditRole, RankedGroups>>> & { readonly after: RankedGroups };

/** @returns null where one of the two sets has no question. */
export function membershipOf(tally: Tally): Membership | null {
  const [asked] = [likelihoods, gradients]
    .map(([members, others]) => ({
      forget: sizeOf(tally, members),
      holdout: sizeOf(tally, others),
    }))
    .filter(({ forget, holdout }) => forget > 0 && holdout > 0);
  if (!asked) return null;
  const told = membershipScores.flatMap((score) => tellingOf(score, rankedBy(tally, score)));
  return {
    ...asked,
    scores: told.map(({ telling }) => telling),
    privleak: told.find(({ telling }) => telling.score === LEAKING)?.leak ?? null,
  };
}

const sizeOf = (tally: Tally, probe: Probe): number => tally.figures(probe, 'after').size;

interface Estimate {
  readonly value: number;
  readonly interval: Interval;
}

interface Told {
  readonly telling: Telling;
  /** PrivLeak. */
  readonly leak: Estimate;
}

function tellingOf(score: MembershipScore, ranked: Ranked | undefined): Told[] {
  if (!ranked) return [];
  const { before, reference } = ranked;
  const [after, difference, leak] = compare(ranked);
  const telling = {
    score,
    after: after.value,
    interval: after.interval,
    before: before ? areaOf(before) : null,
    reference: reference ? areaOf(reference) : null,
    difference,
  };
  return [{ telling, leak }];
}

const areaOf = (groups: RankedGroups): number =>
  areaOfDraws(groups)([all(groups.lower), all(groups.higher)]);

/** The unlearned model's AUC, its difference to the reference's, and PrivLeak. */
function compare({ after, reference }: Ranked): [Estimate, Estimate, Estimate] {
  const ofAfter = areaOfDraws(after);
  const ofReference = reference ? areaOfDraws(reference) : () => CHANCE;
  const figures = (drawn: readonly Uint32Array[]): number[] => {
    const [area, other] = [ofAfter(drawn), ofReference(drawn)];
    return [area, area - other, privleak(area, other)];
  };
  const values = figures([all(after.lower), all(after.higher)]);
  const intervals = bootstrapGroups([after.lower.length, after.higher.length], figures);
  return zip(values, intervals).map(([value, interval]) => ({ value, interval })) as [
    Estimate,
    Estimate,
    Estimate,
  ];
}

/** @returns undefined where there are no questions of which every model has the score. */
function rankedBy(tally: Tally, score: MembershipScore): Ranked | undefined {
  const [members, others] = probesOf(score);
  const asked = auditRoles.filter((role) => tally.figures(others, role).size > 0);
  if (score === 'reference' && !asked.includes('reference')) return undefined;
  // To itself the reference has no distance.
  const roles = asked.filter((role) => role !== score);
  const forget = columnsOf(tally, members, score, roles);
  const holdout = columnsOf(tally, others, score, roles);
  const columns = [...forget, ...holdout];
  if (columns.length === 0 || columns.some(({ length }) => length === 0)) return undefined;
  const ranked = zip(roles, forget, holdout).map(
    ([role, taught, untaught]) => [role, rankGroups(taught, untaught)] as const,
  );
  return Object.fromEntries(ranked) as unknown as Ranked;
}

/** Of each model, the scores of the questions of which every model has one. */
function columnsOf(
  tally: Tally,
  probe: Probe,
  score: MembershipScore,
  roles: readonly AuditRole[],
): number[][] {
  const rows = [...tally.figures(probe, 'after').keys()].flatMap((index) => {
    const row = roles.flatMap((role) => scoreOf(tally, { probe, score, role, index }));
    return row.length === roles.length ? [row] : [];
  });
  return roles.map((_, column) => rows.map((row) => item(row, column)));
}

interface Place {
  readonly probe: Probe;
  readonly score: MembershipScore;
  readonly role: AuditRole;
  readonly index: number;
}

function scoreOf(tally: Tally, { probe, score, role, index }: Place): number[] {
  const figures = tally.figures(probe, role).get(index) ?? {};
  if (score !== 'reference') return listOf(figures[score]);
  const [loss, other] = [figures['loss'], tally.figures(probe, 'reference').get(index)?.['loss']];
  return loss === undefined || other === undefined ? [] : [referenceScore(loss, other)];
}

const listOf = (value: number | undefined): number[] => (value === undefined ? [] : [value]);
