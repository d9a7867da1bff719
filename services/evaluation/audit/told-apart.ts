// What tells the unlearned model from one that never saw the forget set, other than what it says.

import { thresholds } from '#contracts/audit-thresholds.js';
import type { Audit } from '#contracts/audit.js';
import { percent } from './percent.js';

type Tests = Pick<Audit, 'membership' | 'truth'>;

/** At 95 %. */
export const isToldApart = ({ membership, truth }: Tests): boolean =>
  (membership?.scores ?? []).some(
    ({ difference: { interval } }) => interval[0] > 0 || interval[1] < 0,
  ) || truthFindings(truth, '').length > 0;

/** @param reference as in "of a model that never saw it". */
export const toldApart = (
  { membership, truth, depth }: Tests & Pick<Audit, 'depth'>,
  reference: string,
): string[] => [
  ...membershipFindings(membership, reference),
  ...truthFindings(truth, reference),
  ...depthFindings(depth),
];

export function membershipFindings(membership: Audit['membership'], reference: string): string[] {
  const telling = membership?.scores.find(({ score }) => score === 'minKPlusPlus');
  if (!telling || Math.abs(telling.difference.value) <= thresholds.membership) return [];
  const { after, reference: other, difference } = telling;
  const how =
    difference.value > 0
      ? 'is told from questions that no model was taught'
      : 'is over-forgotten: it stands out from questions that no model was taught';
  const expected = other === null ? '0.5 is chance' : `of ${reference} ${figure(other)}`;
  return [`the forget set ${how}, Min-K %++ AUC ${figure(after)} (${expected})`];
}

export function truthFindings(truth: Audit['truth'], reference: string): string[] {
  const { pValue } = truth?.forgetQuality ?? { pValue: 1 };
  if (pValue >= thresholds.forgetQuality) return [];
  return [
    `truth ratios differ from those of ${reference} (forget quality ${pValue.toPrecision(2)})`,
  ];
}

export function depthFindings(depth: Audit['depth']): string[] {
  const left = 1 - (depth?.erasure.value ?? 1);
  if (left <= thresholds.layers) return [];
  return [`${percent(left)} of what the layers held of the answers is left in them`];
}

const figure = (value: number): string => value.toFixed(2);
