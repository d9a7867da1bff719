// open-unlearning's figures from its logs, by the names that it gives them, and its aggregate.

import {
  memScore,
  nearness,
  overallScore,
  privacyScore,
  utilityOf,
  utilityScore,
} from '../aggregate/aggregate.js';
import { areaUnderCurve } from '../membership/area-under-curve.js';
import { privleak } from '../membership/privleak.js';
import { harmonicMean, mean } from '../statistics.js';
import type { OpenUnlearningLog } from './log.js';

/** Figures by name. */
type Figures = Readonly<Record<string, number>>;

/** The attacks that Privacy is made of. */
const attacks = ['mia_loss', 'mia_zlib', 'mia_min_k', 'mia_min_k_plus_plus'] as const;
/** The metrics that TOFU's model utility is made of. */
const utilities = ['retain', 'ra', 'wf'].flatMap((set) => [
  set === 'retain' ? `${set}_Q_A_Prob` : `${set}_Q_A_Prob_normalised`,
  `${set}_Q_A_ROUGE`,
  `${set}_Truth_Ratio`,
]);
const GIBBERISH = 'forget_Q_A_gibberish';

/**
 * Every figure that the log has values of, computed from them again; Mem of a TOFU log.
 * @param retain of a model taught the retain set alone: adds privleak and Privacy.
 * @param full of the model that unlearning began from: adds Utility, relative to it, and with both
 * Overall. Fluency is part of Utility where both logs have it (forget_Q_A_gibberish).
 */
export function openUnlearningReport(
  log: OpenUnlearningLog,
  retain?: OpenUnlearningLog,
  full?: OpenUnlearningLog,
): Figures {
  const own = figuresOf(log);
  const memory = memOf(log, own);
  const privacy = retain ? privacyOf(own, figuresOf(retain)) : {};
  const utility = full ? relativeUtility(own, figuresOf(full)) : {};
  const parts = { ...memory, ...privacy, ...utility };
  const { Mem, Privacy, Utility } = parts as Partial<Figures>;
  const all = Mem !== undefined && Privacy !== undefined && Utility !== undefined;
  return { ...own, ...parts, ...(all ? { Overall: overallScore(Mem, Privacy, Utility) } : {}) };
}

function figuresOf({ values, memberships }: OpenUnlearningLog): Figures {
  const figures: Record<string, number> = {};
  for (const [metric, ofQuestions] of values) figures[metric] = mean(ofQuestions);
  for (const [attack, { forget, holdout }] of memberships)
    figures[attack] = areaUnderCurve(forget, holdout);
  const parts = utilities.flatMap((name) => figures[name] ?? []);
  return parts.length < utilities.length
    ? figures
    : { ...figures, model_utility: harmonicMean(parts) };
}

function memOf({ rightShares }: OpenUnlearningLog, figures: Figures): Figures {
  const {
    extraction_strength: extractionStrength,
    exact_memorization: exactMemorisation,
    forget_Q_A_PARA_Prob: paraphraseProbability,
  } = figures;
  if (
    extractionStrength === undefined ||
    exactMemorisation === undefined ||
    paraphraseProbability === undefined ||
    rightShares.length === 0
  )
    return {};
  const truthRatio = mean(rightShares);
  const known = { extractionStrength, exactMemorisation, paraphraseProbability, truthRatio };
  return { Mem: memScore(known) };
}

function privacyOf(own: Figures, ofRetain: Figures): Figures {
  const pairs = attacks.flatMap((attack) => {
    const [auc, reference] = [own[attack], ofRetain[attack]];
    return auc === undefined || reference === undefined ? [] : [{ attack, auc, reference }];
  });
  const minK = pairs.find(({ attack }) => attack === 'mia_min_k');
  return {
    ...(minK ? { privleak: privleak(minK.auc, minK.reference) } : {}),
    ...(pairs.length === attacks.length
      ? { Privacy: privacyScore(pairs.map(({ auc, reference }) => nearness(auc, reference))) }
      : {}),
  };
}

function relativeUtility(own: Figures, ofFull: Figures): Figures {
  const [utility, full] = [own['model_utility'], ofFull['model_utility']];
  if (utility === undefined || full === undefined) return {};
  const [fluency, fullFluency] = [own[GIBBERISH], ofFull[GIBBERISH]];
  return fluency === undefined || fullFluency === undefined
    ? { Utility: utilityScore(utility, full) }
    : { Utility: utilityScore(utilityOf(utility, fluency), utilityOf(full, fullFluency)) };
}
