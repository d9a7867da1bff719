// What an audit measured, as tables.

import { first } from '#collections/items.js';
import type { Audit, Depth, Measured, Membership, Truth } from '#contracts/audit.js';
import { figure, table } from './output.js';

/** @param reference title of its column. */
export function measuredTables(
  { measurements, membership, truth, depth, unlearningDepth }: Audit,
  reference: string,
): string[] {
  return [
    figuresTable(measurements, reference),
    ...(membership ? [membershipTable(membership, reference)] : []),
    ...(truth ? [truthTable(truth, reference)] : []),
    ...(depth ? [depthTable('by the logit lens', depth)] : []),
    ...(unlearningDepth ? [depthTable('unlearning depth score', unlearningDepth)] : []),
  ];
}

/** Without those by layer, of which there are tables of their own. */
function figuresTable(measurements: readonly Measured[], reference: string): string {
  const rows = measurements
    .filter(({ probe }) => probe !== 'lens' && probe !== 'patching')
    .map((one) => [
      `${one.probe}: ${one.figure}`,
      figure(one.after),
      rangeOf(one.interval),
      shownOf(one.before),
      shownOf(one.reference),
      one.difference ? rangeOf(one.difference) : '',
    ]);
  return table(['measured', 'after', '95 %', 'before', reference, 'difference, 95 %'], rows);
}

const rangeOf = (interval: readonly number[]): string => interval.map(figure).join(' to ');
const shownOf = (value: number | null): string => (value === null ? '' : figure(value));

function membershipTable({ scores, privleak }: Membership, reference: string): string {
  const rows = scores.map((one) => [
    one.score,
    figure(one.after),
    rangeOf(one.interval),
    shownOf(one.before),
    shownOf(one.reference),
  ]);
  const leak = privleak
    ? [['PrivLeak, %', figure(privleak.value), rangeOf(privleak.interval), '', '']]
    : [];
  return table(
    ['told from the holdout, AUC', 'after', '95 %', 'before', reference],
    [...rows, ...leak],
  );
}

function truthTable(truth: Truth, reference: string): string {
  const { questions, after, before, reference: other, forgetQuality } = truth;
  const rows = [
    [`median of ${questions}`, figure(after), shownOf(before), shownOf(other)],
    ...(forgetQuality ? [['forget quality, p', forgetQuality.pValue.toPrecision(3), '', '']] : []),
  ];
  return table(['truth ratio', 'after', 'before', reference], rows);
}

/** All layers together, and the one with most left. */
function depthTable(how: string, { questions, erasure, layers }: Depth): string {
  const held = layers.filter((layer) => layer.erasure !== null);
  const least = first(held.toSorted((a, b) => (a.erasure ?? 1) - (b.erasure ?? 1)));
  return table(
    [`erased, ${how}`, 'share', '95 %', 'questions'],
    [
      ['all layers', figure(erasure.value), rangeOf(erasure.interval), questions],
      [`layer ${least.layer}, the least`, figure(least.erasure), '', least.questions],
    ],
  );
}
