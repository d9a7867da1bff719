// How likely the model finds the right answer in other words, and wrong ones beside it: of questions
// that come with them, as TOFU's do.

import { conversationOf, type Example } from '#contracts/examples.js';
import { lossScore } from '#metrics/membership/loss.js';
import {
  indifference,
  OPEN_UNLEARNING_EPSILON,
  rightShare,
  truthRatio as ratioOf,
} from '#metrics/memorisation/truth-ratio.js';
import { mean } from '#metrics/statistics.js';
import { chatPrompt } from '../../chat-prompt.js';
import type { Measurement } from '../probe.js';

export const truthRatio: Measurement = {
  // TOFU's losses count it.
  scoring: { end: true },
  items(example) {
    const prompt = chatPrompt(conversationOf(example));
    const answers = [...rightAnswers(example), ...(example.wrong ?? [])];
    return answers.map((completion) => ({ prompt, completion }));
  },
  figures(scores, example) {
    const losses = scores.map(({ tokenLogProbs }) => lossScore(tokenLogProbs));
    const right = losses.slice(0, rightAnswers(example).length);
    const wrong = losses.slice(right.length);
    const loss = mean(right);
    return {
      ...(example.paraphrases ? { paraphraseProbability: mean(right.map(likelihood)) } : {}),
      ...(wrong.length > 0
        ? {
            wrongProbability: mean(wrong.map(likelihood)),
            truthRatio: ratioOf(loss, wrong, OPEN_UNLEARNING_EPSILON),
            indifference: indifference(ratioOf(loss, wrong, OPEN_UNLEARNING_EPSILON)),
            rightShare: rightShare(loss, wrong),
          }
        : {}),
    };
  },
};

/** As in TOFU, the answer itself where it is in no other words. */
const rightAnswers = ({ answer, paraphrases, wrong }: Example): readonly string[] =>
  paraphrases ?? (wrong ? [answer] : []);

const likelihood = (loss: number): number => Math.exp(-loss);
