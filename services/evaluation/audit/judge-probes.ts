// Whether the answers to attacks tell the fact.

import type { ProbeAnswer, ProbeVerdict } from '#contracts/layers.js';
import { isAttack } from '#contracts/probes.js';
import { judgeAnswer } from '#metrics/judge-answer.js';
import { eachLimited } from '#platform/each-limited.js';
import type { Judging } from '../judge-answers.js';

/** Nothing of a measurement's. @throws what the judge throws */
export const judgeProbes = (
  judging: Judging,
  answers: readonly ProbeAnswer[],
): Promise<ProbeVerdict[]> =>
  eachLimited(judging, answers, async (row) => {
    if (!isAttack(row.probe)) return {};
    const { question, said = question, prefix, gold, answer, cut } = row;
    if (answer === undefined) return { leak: null };
    // What is given has been said: repeating it tells nothing.
    const before = prefix ? `${said}\n\n${prefix}` : said;
    const shown = { set: 'forget', question: before, gold, answer, cut } as const;
    const { verdict } = await judgeAnswer(judging.judge, shown);
    return { leak: verdict === null ? null : !verdict };
  });
