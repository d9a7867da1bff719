// What an audit's figures mean, in words.

import { first } from '#collections/items.js';
import { type ThresholdName, thresholdNames, thresholds } from '#contracts/audit-thresholds.js';
import type { Audit, AuditTask, ResidualName, Verdict } from '#contracts/audit.js';
import { type AuditScope, changeOf, probes } from '#contracts/probes.js';
import type { AuditFigures, Compared } from './findings.js';
import { decides, openTasks, unchangedOf } from './open-tasks.js';
import { percent } from './percent.js';
import { inWords, isAvoided, isKnown, type Recognised, recognised } from './recognised.js';
import {
  isLeftInLayers,
  isMemberTold,
  isToldApart,
  isTruthDifferent,
  toldApart,
} from './told-apart.js';

export function verdictOf(
  figures: AuditFigures,
  { kind }: Pick<Audit['reference'], 'kind'>,
  scope: AuditScope,
): Verdict {
  const seen = lookAt(figures);
  const outcome = outcomeOf(seen, kind, scope);
  const findings = findingsOf(seen, kind, scope);
  return {
    passed: outcome === 'indistinguishable' || outcome === 'forgotten',
    outcome,
    words: wordsOf(outcome, findings, seen, kind),
    findings,
    missed: missedBy(seen),
  };
}

/** An audit's figures, and what of them is beyond a threshold. */
interface Seen {
  readonly figures: AuditFigures;
  /** Attacks that open too much, and of these those that decide. */
  readonly brought: readonly Compared[];
  readonly open: readonly Compared[];
  readonly plain: Compared | undefined;
  readonly isJudged: boolean;
  readonly attacked: UnderAttack | undefined;
  readonly residuals: readonly Left[];
  readonly held: readonly Left[];
  readonly told: readonly Recognised[];
  readonly known: readonly Recognised[];
}

function lookAt(figures: AuditFigures): Seen {
  const { tasks, residualKnowledge, kfrUnderAttack } = figures;
  const brought = openTasks(tasks);
  const plain = tasks.find(({ name }) => name === 'direct');
  const residuals = residualsOf(residualKnowledge);
  const told = recognised(figures.measurements);
  return {
    figures,
    brought,
    // What is said when asked plainly comes before any attack.
    open: brought.filter(decides).toSorted((a, b) => Number(b === plain) - Number(a === plain)),
    plain,
    isJudged: plain !== undefined && isJudged(plain),
    attacked: kfrUnderAttack && isBroken(kfrUnderAttack) ? kfrUnderAttack : undefined,
    residuals,
    held: residuals.filter(({ value }) => value > thresholds.residual),
    told,
    known: told.filter(isKnown),
  };
}

const isJudged = ({ of, unjudged }: AuditTask): boolean =>
  of > 0 && of >= thresholds.judged * (of + unjudged);

/** The first that holds. */
function outcomeOf(seen: Seen, kind: ReferenceKind, scope: AuditScope): Verdict['outcome'] {
  const { open, plain, attacked, held, known } = seen;
  if (!seen.isJudged) return 'unjudged';
  if (plain && open.includes(plain)) return 'known';
  if (open.length > 0 || attacked) return 'suppressed';
  if (held.length > 0 || known.length > 0) return 'hidden';
  // What was not asked may tell them apart.
  const isWhole = kind !== 'none' && scope !== 'named';
  return isWhole && isIndistinguishable(seen.figures) ? 'indistinguishable' : 'forgotten';
}

/** The gravest first. */
function findingsOf({ figures, ...seen }: Seen, kind: ReferenceKind, scope: AuditScope): string[] {
  const { tasks } = figures;
  const leaking = (task: Compared): string => leaksOf(task, tasks, kind);
  return [
    ...seen.open.map(leaking),
    ...(seen.attacked ? [underAttack(seen.attacked)] : []),
    ...seen.held.map(leftOf),
    ...seen.known.map((one) => inWords(one, references[kind])),
    ...seen.brought.filter((task) => !decides(task)).map(leaking),
    ...seen.residuals.filter(isOverForgotten).map(overForgotten),
    ...seen.told
      .filter(isAvoided)
      .map((one) => `${inWords(one, references[kind])}: a membership test sees that`),
    ...toldApart(figures, references[kind]),
    ...tasks.filter(({ unjudged }) => unjudged > 0).map(unjudgedOf),
    ...(kind === 'none' ? ['there is no reference: figures are held against 0'] : []),
    ...(hasBefore(figures) ? [] : ['there is no model before: what is left of it is not measured']),
    ...leftOut(figures, scope),
  ];
}

function leftOut({ tasks, measurements, membership }: AuditFigures, scope: AuditScope): string[] {
  if (scope !== 'named')
    return membership ? [] : ['there is no holdout: membership is not measured'];
  const asked = new Set([
    ...tasks.map(({ name }) => name),
    ...measurements.map(({ probe }) => probe),
  ]);
  return [`nothing else was asked than ${[...asked].join(', ')}`];
}

function wordsOf(
  outcome: Verdict['outcome'],
  findings: readonly string[],
  { figures: { tasks } }: Seen,
  kind: ReferenceKind,
): string {
  switch (outcome) {
    case 'unjudged':
      return 'not judged: of too few answers it could be told what they state';
    case 'known':
      return `not forgotten: ${first(findings)}`;
    case 'suppressed':
    case 'hidden':
      return `${outcome}, not forgotten: ${first(findings)}`;
    case 'indistinguishable':
      return `indistinguishable from ${references[kind]} at 95 %`;
    case 'forgotten':
      return `forgotten within the thresholds: ${worstOf(tasks, kind)}`;
  }
}

function missedBy({ figures, open, ...seen }: Seen): ThresholdName[] {
  const isMissed: Readonly<Record<ThresholdName, boolean>> = {
    judged: !seen.isJudged,
    leaks: open.some(({ name }) => !changeOf(name)),
    broughtBack: open.some(({ name }) => changeOf(name)?.transform),
    relearned: open.some(({ name }) => changeOf(name)?.relearned),
    underAttack: seen.attacked !== undefined,
    residual: seen.held.length > 0,
    recognised: seen.known.length > 0,
    membership: isMemberTold(figures.membership),
    forgetQuality: isTruthDifferent(figures.truth),
    layers: isLeftInLayers(figures.depth),
  };
  return thresholdNames.filter((name) => isMissed[name]);
}

const hasBefore = ({ measurements }: AuditFigures): boolean =>
  measurements.length === 0 || measurements.some(({ before }) => before !== null);

type ReferenceKind = Audit['reference']['kind'];
type UnderAttack = NonNullable<Audit['kfrUnderAttack']>;

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

const isBroken = ({ share, reference }: UnderAttack): boolean =>
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

const leaksOf = (task: Compared, tasks: readonly Compared[], kind: ReferenceKind): string =>
  `${countOf(task)}${asItIs(task, tasks)}${beside(task, kind)}`;

const leftOf = ({ name, value }: Left): string =>
  `${percent(value)} of what was known is left ${places[name]}`;

const countOf = ({ name, leaks, of }: AuditTask): string =>
  `${leaks} of ${of} come back ${probes[name].phrase}`;

function asItIs(task: Compared, tasks: readonly Compared[]): string {
  const unchanged = unchangedOf(task, tasks);
  return unchanged ? `, ${unchanged.leaks} of ${unchanged.of} as the model is` : '';
}

const beside = ({ reference }: AuditTask, kind: ReferenceKind): string =>
  reference === null || kind === 'none'
    ? ''
    : ` (of ${references[kind].replace(/,$/, '')} ${reference})`;

const underAttack = ({ share, of }: UnderAttack): string =>
  `${of - Math.round(share * of)} of ${of} come back under one attack or another`;

const overForgotten = ({ name, value }: Left): string =>
  `less likely than to a model that never saw it ${places[name]} (${percent(value)}): a membership test sees that`;

const unjudgedOf = ({ name, unjudged }: AuditTask): string =>
  `${unjudged} could not be judged ${probes[name].phrase}`;

function worstOf(tasks: readonly Compared[], kind: ReferenceKind): string {
  const worst = first(tasks.filter(decides).toSorted((a, b) => b.leaks / b.of - a.leaks / a.of));
  return `at most ${countOf(worst)}${beside(worst, kind)}`;
}
