// The gold answer among three that are wrong: which does the model find the likeliest, each by itself
// and by its letter in a list?

import { createHash } from 'node:crypto';
import { conversationOf, type Example, type Message } from '#contracts/examples.js';
import type { ScoreItem } from '#contracts/generated/lethe/inference/v1/ScoreItem.js';
import { likeliestChoice } from '#metrics/choices.js';
import { chatPrompt } from '../../chat-prompt.js';
import type { Around, Measurement } from '../probe.js';
import { reworded } from '../reworded.js';
import { wrongAnswers } from '../wrong-answers.js';

const letters = ['A', 'B', 'C', 'D'];

export const multipleChoice: Measurement = {
  items(example, around) {
    const options = optionsOf(example, around);
    if (options.length < letters.length) return [];
    const list = options.map((option, i) => `${letters[i]}. ${option}`);
    const listed = reworded(example, (question) =>
      [question, ...list, 'Answer with one letter.'].join('\n'),
    );
    return [...after(conversationOf(example), options), ...after(listed, letters)];
  },
  figures(scores, { answer }, items) {
    // A letter for which the context has no room has no likelihood.
    if (scores.some(({ tokenLogProbs }) => tokenLogProbs.length === 0)) return {};
    const options = items.slice(0, letters.length).map(({ completion = '' }) => completion);
    const choices = (from: number) =>
      options.map((text, i) => ({ text, logProb: scores[from + i]?.sum ?? NaN }));
    const right = options.indexOf(answer);
    return {
      accuracy: Number(likeliestChoice(choices(0)) === right),
      accuracyNormalised: Number(likeliestChoice(choices(0), 'characters') === right),
      accuracyLettered: Number(likeliestChoice(choices(letters.length)) === right),
    };
  },
};

const after = (messages: readonly Message[], completions: readonly string[]): ScoreItem[] =>
  completions.map((completion) => ({ prompt: chatPrompt(messages), completion }));

/** In an order that tells nothing. */
const optionsOf = (example: Example, around: Around): string[] =>
  [example.answer, ...wrongAnswers(example, around, letters.length - 1)]
    .map((text) => ({ text, place: createHash('sha256').update(text).digest('hex') }))
    .toSorted((a, b) => (a.place < b.place ? -1 : 1))
    .map(({ text }) => text);
