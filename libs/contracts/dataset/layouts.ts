// The layouts of a row, by the field that marks them, as turns of a conversation.

import { readChosen } from './choices.js';
import { imagesBefore, refuseImages } from './images.js';
import { listed, objectsOf } from './objects.js';
import type { Row } from './row.js';
import { readTurns, type Turn } from './turns.js';

/** As CHAIR is asked for (Rohrbach et al. 2018). */
const DESCRIBE = 'Please describe this image in detail.';

type Layout = (row: Row) => Turn[];

interface Asked {
  /** Fields. */
  readonly question: string;
  readonly answer: string;
  readonly content: string;
  readonly said: string;
}

function asked(row: Row, { question, content, answer, said }: Asked): Turn[] {
  const images = imagesBefore(row);
  const shown = images.length > 0 ? { images } : {};
  return [
    { field: question, role: 'user', content, ...shown, isLearned: false },
    { field: answer, role: 'assistant', content: said, isLearned: true },
  ];
}

/** A question and its answer; Alpaca's `input` belongs to the question. */
const pair =
  (question: string, answer: string): Layout =>
  (row) => {
    const input = row.optionalText('input');
    const text = row.text(question);
    const content = input === undefined ? text : `${text}\n\n${input}`;
    const said = row.isGiven('choices') ? readChosen(row, answer) : answerOf(row, answer);
    return asked(row, { question, content, answer, said });
  };

/** A picture may be told by what is in it. */
const answerOf = (row: Row, field: string): string =>
  row.isGiven(field) || !objectsOf(row) ? row.text(field) : listed(row);

const described: Layout = (row) =>
  asked(row, { question: 'objects', content: DESCRIBE, answer: 'objects', said: listed(row) });

/** POPE's questions have their answers in `label`. */
const labelled: Layout = (row) =>
  pair('text', row.isGiven('labels') || !row.isGiven('label') ? 'labels' : 'label')(row);

const inputAndOutput: Layout = (row) =>
  asked(row, {
    question: 'input',
    content: row.text('input'),
    answer: 'output',
    said: row.text('output'),
  });

const conversation: Layout = (row) => {
  refuseBeside(row);
  return readTurns(row, 'messages');
};

/** TRL's: what is learned is in the completion alone. */
const conversationInTwo: Layout = (row) => {
  refuseBeside(row);
  const prompt = readTurns(row, 'prompt').map((turn) => ({ ...turn, isLearned: false }));
  return [...prompt, ...readTurns(row, 'completion')];
};

/** What belongs to a question, beside a conversation. */
function refuseBeside(row: Row): void {
  if (row.isGiven('input')) row.refuse('input', 'goes with a question that is text');
  refuseImages(row);
}

const prompted: Layout = (row) => {
  if (Array.isArray(row.get('prompt'))) return conversationInTwo(row);
  return pair('prompt', row.has('completion') || !row.has('gt') ? 'completion' : 'gt')(row);
};

/**
 * OpenAI chat; TOFU, MUSE, WMDP and MMLU; OpenAI completion, TRL or MUSE's verbatim texts; KnowUnDo
 * or POPE; Alpaca; RWKU; LUME; pictures told by what is in them, as for CHAIR.
 */
export const layouts: Readonly<Record<string, Layout>> = {
  messages: conversation,
  question: pair('question', 'answer'),
  prompt: prompted,
  text: labelled,
  instruction: pair('instruction', 'output'),
  query: pair('query', 'answer'),
  input: inputAndOutput,
  objects: described,
};
