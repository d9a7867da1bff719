// The layouts of a row, by the field that marks them, as turns of a conversation.

import type { Row } from './row.js';
import { readTurns, type Turn } from './turns.js';

type Layout = (row: Row) => Turn[];

/** A question and its answer; Alpaca's `input` belongs to the question. */
const pair =
  (question: string, answer: string): Layout =>
  (row) => {
    const input = row.optionalText('input');
    const asked = row.text(question);
    const content = input === undefined ? asked : `${asked}\n\n${input}`;
    return [
      { field: question, role: 'user', content, isLearned: false },
      { field: answer, role: 'assistant', content: row.text(answer), isLearned: true },
    ];
  };

const conversation: Layout = (row) => {
  refuseInput(row);
  return readTurns(row, 'messages');
};

/** TRL's: what is learned is in the completion alone. */
const conversationInTwo: Layout = (row) => {
  refuseInput(row);
  const prompt = readTurns(row, 'prompt').map((turn) => ({ ...turn, isLearned: false }));
  return [...prompt, ...readTurns(row, 'completion')];
};

function refuseInput(row: Row): void {
  if (row.isGiven('input')) row.refuse('input', 'goes with a question that is text');
}

/** OpenAI chat, TOFU, OpenAI completion or TRL, KnowUnDo. */
export const layouts: Readonly<Record<string, Layout>> = {
  messages: conversation,
  question: pair('question', 'answer'),
  prompt: (row) =>
    (Array.isArray(row.get('prompt')) ? conversationInTwo : pair('prompt', 'completion'))(row),
  text: pair('text', 'labels'),
};
