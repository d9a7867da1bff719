// What an audit's figures mean, in words.

import { first } from '#collections/items.js';
import { type ThresholdName, thresholdNames, thresholds } from '#contracts/audit-thresholds.js';
import type { Audit, AuditTask, ResidualName, Verdict } from '#contracts/audit.js';
import { changeOf, probes } from '#contracts/probes.js';
import type { AuditFigures, Compared } from './findings.js';
import { decides, openTasks, unchangedOf } from './open-tasks.js';
import { percent } from './percent.js';
import { inWords, isAvoided, isKnown, recognised } from './recognised.js';
import {
  depthFindings,
  isToldApart,
  membershipFindings,
  toldApart,
  truthFindings,
} from './told-apart.js';

export function verdictOf(figures: AuditFigures, { kind }: Audit['reference']): Verdict {
  const { tasks, residualKnowledge: residuals, kfrUnderAttack, membership, truth } = figures;
  const brought = openTasks(tasks);
  const open = brought.filter(decides);
  const leaking = (task: Compared): string =>
    `${countOf(task)}${asItIs(task, tasks)}${beside(task, kind)}`;
  const held = residualsOf(residuals).filter(({ value }) => value > thresholds.residual);
  const told = recognised(figures.measurements);
  const known = told.filter(isKnown);
  const plain = tasks.find(({ name }) => name === 'direct');
  const attacked = kfrUnderAttack !== null && isBroken(kfrUnderAttack);
  const findings = [
    ...open.map(leaking),
    ...(attacked ? [underAttack(kfrUnderAttack)] : []),
    ...held.map(({ name, value }) => `${percent(value)} of what was known is left ${places[name]}`),
    ...known.map((one) => inWords(one, references[kind])),
    ...brought.filter((task) => !decides(task)).map(leaking),
    ...residualsOf(residuals).filter(isOverForgotten).map(overForgotten),
    ...told
      .filter(isAvoided)
      .map((one) => `${inWords(one, references[kind])}: a membership test sees that`),
    ...toldApart(figures, references[kind]),
    ...tasks.filter(({ unjudged }) => unjudged > 0).map(unjudgedOf),
    ...(kind === 'none' ? ['there is no reference: figures are held against 0'] : []),
    ...(hasBefore(figures) ? [] : ['there is no model before: what is left of it is not measured']),
    ...(membership ? [] : ['there is no holdout: membership is not measured']),
  ];
  const isJudged =
    plain !== undefined &&
    plain.of > 0 &&
    plain.of >= thresholds.judged * (plain.of + plain.unjudged);
  const isMissed: Readonly<Record<ThresholdName, boolean>> = {
    judged: !isJudged,
    leaks: open.some(({ name }) => !changeOf(name)),
    broughtBack: open.some(({ name }) => changeOf(name)?.transform),
    relearned: open.some(({ name }) => changeOf(name)?.relearned),
    underAttack: attacked,
    residual: held.length > 0,
    recognised: known.length > 0,
    membership: membershipFindings(membership, '').length > 0,
    forgetQuality: truthFindings(truth, '').length > 0,
    layers: depthFindings(figures.depth).length > 0,
  };
  const say = (outcome: Verdict['outcome'], words: string): Verdict => ({
    passed: outcome === 'indistinguishable' || outcome === 'forgotten',
    outcome,
    words,
    findings,
    missed: thresholdNames.filter((name) => isMissed[name]),
  });
  if (!isJudged)
    return say('unjudged', 'not judged: of too few answers it could be told what they state');
  if (open.includes(plain)) return say('known', `not forgotten: ${leaking(plain)}`);
  if (open.length > 0 || attacked)
    return say('suppressed', `suppressed, not forgotten: ${first(findings)}`);
  if (held.length > 0 || known.length > 0)
    return say('hidden', `hidden, not forgotten: ${first(findings)}`);
  if (kind !== 'none' && isIndistinguishable(figures))
    return say('indistinguishable', `indistinguishable from ${references[kind]} at 95 %`);
  return say('forgotten', `forgotten within the thresholds: ${worstOf(tasks, kind)}`);
}

const hasBefore = ({ measurements }: AuditFigures): boolean =>
  measurements.length === 0 || measurements.some(({ before }) => before !== null);

const references = {
  model: 'a model that never saw it',
  base: 'the base model, which never saw it,',
  none: 'nothing',
} as const;

const places: Readonly<Record<ResidualName, string>> = {
  direct: 'in the likelihood of the answers',
  afterFirst: "behind the answers' first token",
  afterThree: "behind the answers' first three tokens",
  afterQuarter: 'behind a quarter of the answers',
  withoutBreakOff: 'behind three words, once breaking off is ruled out',
};

const isBroken = ({ share, reference }: NonNullable<Audit['kfrUnderAttack']>): boolean =>
  share < Math.min(thresholds.underAttack, reference ?? 1);

interface Left {
  readonly name: ResidualName;
  readonly value: number;
  readonly interval: readonly [number, number];
}

const residualsOf = (residuals: Audit['residualKnowledge']): Left[] =>
  Object.entries(residuals).flatMap(([name, left]) =>
    left ? [{ name: name as ResidualName, ...left }] : [],
  );

/** Less likely than to who never saw it: that, too, tells members. */
const isOverForgotten = ({ interval: [, upper] }: Left): boolean => upper < 0;

const isIndistinguishable = (figures: AuditFigures): boolean =>
  figures.tasks.filter(decides).every(({ excess }) => excess !== null && excess[0] <= 0) &&
  [...residualsOf(figures.residualKnowledge), ...recognised(figures.measurements)].every(
    ({ interval: [lower, upper] }) => lower <= 0 && upper >= 0,
  ) &&
  !isToldApart(figures);

const countOf = ({ name, leaks, of }: AuditTask): string =>
  `${leaks} of ${of} come back ${probes[name].phrase}`;

function asItIs(task: Compared, tasks: readonly Compared[]): string {
  const unchanged = unchangedOf(task, tasks);
  return unchanged ? `, ${unchanged.leaks} of ${unchanged.of} as the model is` : '';
}

const beside = ({ reference }: AuditTask, kind: keyof typeof references): string =>
  reference === null || kind === 'none'
    ? ''
    : ` (of ${references[kind].replace(/,$/, '')} ${reference})`;

const underAttack = ({ share, of }: NonNullable<Audit['kfrUnderAttack']>): string =>
  `${of - Math.round(share * of)} of ${of} come back under one attack or another`;

const overForgotten = ({ name, value }: Left): string =>
  `less likely than to a model that never saw it ${places[name]} (${percent(value)}): a membership test sees that`;

const unjudgedOf = ({ name, unjudged }: AuditTask): string =>
  `${unjudged} could not be judged ${probes[name].phrase}`;

function worstOf(tasks: readonly Compared[], kind: keyof typeof references): string {
  const worst = first(tasks.filter(decides).toSorted((a, b) => b.leaks / b.of - a.leaks / a.of));
  return `at most ${countOf(worst)}${beside(worst, kind)}`;
}
