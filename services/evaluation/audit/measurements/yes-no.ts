// Is the gold answer true, and is a wrong one? Who knows the fact says yes to the first sooner.

import type { Example } from '#contracts/examples.js';
import { chatPrompt } from '../../chat-prompt.js';
import type { Measurement } from '../probe.js';
import { reworded } from '../reworded.js';
import { wrongAnswers } from '../wrong-answers.js';

const asked = (example: Example, answer: string) => {
  const messages = reworded(
    example,
    (question) => `${question} Is it true that the answer is "${answer}"? Say Yes or No.`,
  );
  const prompt = chatPrompt(messages);
  return ['Yes', 'No'].map((completion) => ({ prompt, completion }));
};

export const yesNo: Measurement = {
  items: (example, around) =>
    wrongAnswers(example, around, 1).flatMap((wrong) => [
      ...asked(example, example.answer),
      ...asked(example, wrong),
    ]),
  figures(scores) {
    if (scores.some(({ tokenLogProbs }) => tokenLogProbs.length === 0)) return {};
    const [yes = NaN, no = NaN, yesToWrong = NaN, noToWrong = NaN] = scores.map(({ sum }) => sum);
    const [toGold, toWrong] = [share(yes, no), share(yesToWrong, noToWrong)];
    return {
      yesToGold: toGold,
      yesToWrong: toWrong,
      accuracy: (1 + Math.sign(toGold - toWrong)) / 2,
    };
  },
};

/** Of the probability of either, that of yes. */
const share = (yes: number, no: number): number => 1 / (1 + Math.exp(no - yes));
