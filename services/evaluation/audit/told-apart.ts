// What tells the unlearned model from one that never saw the forget set, other than what it says.

import { thresholds } from '#contracts/audit-thresholds.js';
import type { Audit, Telling } from '#contracts/audit.js';
import { percent } from './percent.js';

type Tests = Pick<Audit, 'membership' | 'truth'>;

/** At 95 %. */
export const isToldApart = ({ membership, truth }: Tests): boolean =>
  (membership?.scores ?? []).some(
    ({ difference: { interval } }) => interval[0] > 0 || interval[1] < 0,
  ) || isTruthDifferent(truth);

/** @param reference as in "of a model that never saw it". */
export const toldApart = (
  { membership, truth, depth }: Tests & Pick<Audit, 'depth'>,
  reference: string,
): string[] => [
  ...membershipFindings(membership, reference),
  ...truthFindings(truth, reference),
  ...depthFindings(depth),
];

/** The score that the threshold is of, where it is beyond it. */
const tellingOf = (membership: Audit['membership']): Telling | undefined =>
  membership?.scores.find(
    ({ score, difference: { value } }) =>
      score === 'minKPlusPlus' && Math.abs(value) > thresholds.membership,
  );

export const isMemberTold = (membership: Audit['membership']): boolean =>
  tellingOf(membership) !== undefined;

function membershipFindings(membership: Audit['membership'], reference: string): string[] {
  const telling = tellingOf(membership);
  if (!telling) return [];
  const { after, reference: other, difference } = telling;
  const how =
    difference.value > 0
      ? 'is told from questions that no model was taught'
      : 'is over-forgotten: it stands out from questions that no model was taught';
  const expected = other === null ? '0.5 is chance' : `of ${reference} ${figure(other)}`;
  return [`the forget set ${how}, Min-K %++ AUC ${figure(after)} (${expected})`];
}

const forgetQualityOf = (truth: Audit['truth']): number => truth?.forgetQuality?.pValue ?? 1;

export const isTruthDifferent = (truth: Audit['truth']): boolean =>
  forgetQualityOf(truth) < thresholds.forgetQuality;

function truthFindings(truth: Audit['truth'], reference: string): string[] {
  if (!isTruthDifferent(truth)) return [];
  const pValue = forgetQualityOf(truth);
  return [
    `truth ratios differ from those of ${reference} (forget quality ${pValue.toPrecision(2)})`,
  ];
}

const leftInLayers = (depth: Audit['depth']): number => 1 - (depth?.erasure.value ?? 1);

export const isLeftInLayers = (depth: Audit['depth']): boolean =>
  leftInLayers(depth) > thresholds.layers;

function depthFindings(depth: Audit['depth']): string[] {
  if (!isLeftInLayers(depth)) return [];
  return [`${percent(leftInLayers(depth))} of what the layers held of the answers is left in them`];
}

const figure = (value: number): string => value.toFixed(2);
