// What a membership test sees of the forget set, in words.

import type { Audit } from '#contracts/audit.js';
import { thresholds } from './thresholds.js';

/** @param reference as in "of a model that never saw it". */
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

const figure = (value: number): string => value.toFixed(2);
