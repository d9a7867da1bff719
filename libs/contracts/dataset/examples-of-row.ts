// The examples that a row gives: one for each answer to be learned.

import type { Example, Message } from '../examples.js';
import { type ReadImage, refuseMany } from './images.js';
import { layouts } from './layouts.js';
import { MAX_EXAMPLE_CHARACTERS } from './limits.js';
import { objectsOf } from './objects.js';
import { otherAnswerFields, otherAnswersOf } from './other-answers.js';
import type { Row } from './row.js';
import type { Turn } from './turns.js';

/** An example whose images are still what its row has of them. */
export interface ReadExample extends Omit<Example, 'messages'> {
  readonly messages: readonly ReadMessage[];
}
export interface ReadMessage extends Omit<Message, 'images'> {
  readonly images?: readonly ReadImage[];
}

/** What would change a row's meaning and cannot be kept. */
const refused = ['history', 'tools', 'functions'];

/** @throws DatasetError for a row that cannot be kept whole. */
export function examplesOfRow(row: Row): ReadExample[] {
  const given = refused.find((field) => row.isGiven(field));
  if (given) return row.refuse(given, 'cannot be learned: expected a conversation of texts');
  const marker = Object.keys(layouts).find((field) => row.has(field));
  const read = marker === undefined ? undefined : layouts[marker];
  if (marker === undefined || !read)
    return row.refuse(
      'messages',
      'is missing: expected messages, question/answer, prompt/completion, text/labels, instruction/output, query/answer, input/output or objects',
    );
  const turns = withSystem(row, read(row));
  if (turns.at(-1)?.role !== 'assistant')
    return row.refuse(turns.at(-1)?.field ?? '', 'must be an assistant message: it is the last');
  refuseGrowth(row, marker, turns);
  refuseMany(
    row,
    turns.flatMap(({ images = [] }) => images),
  );
  const examples = turns.flatMap((turn, at) =>
    turn.isLearned ? [exampleOf(row, turn, turns.slice(0, at))] : [],
  );
  if (examples.length === 0)
    return row.refuse(marker, 'has nothing to learn: every assistant message has weight 0');
  return withRest(row, examples);
}

/** A long conversation of many answers is many times as long in examples. */
function refuseGrowth(row: Row, field: string, turns: readonly Turn[]): void {
  let [said, all] = [0, 0];
  for (const { content, isLearned } of turns) {
    said += content.length;
    if (isLearned) all += said;
  }
  if (all > MAX_EXAMPLE_CHARACTERS)
    row.refuse(
      field,
      `becomes ${all} characters, as each answer is learned after all before it: expected at most ${MAX_EXAMPLE_CHARACTERS}`,
    );
}

function withSystem(row: Row, turns: Turn[]): Turn[] {
  const content = row.optionalText('system');
  if (content === undefined) return turns;
  if (turns[0]?.role === 'system')
    return row.refuse('system', 'is given twice: the conversation begins with one');
  return [{ field: 'system', role: 'system', content, isLearned: false }, ...turns];
}

function exampleOf(row: Row, { field, content: answer }: Turn, before: Turn[]): ReadExample {
  if (before.at(-1)?.role !== 'user')
    return row.refuse(field, 'is to be learned: expected a user message before it, or weight 0');
  return { messages: before.map(messageOf), answer };
}

const messageOf = ({ role, content, images }: Turn): ReadMessage => ({
  role,
  content,
  ...(images ? { images } : {}),
});

/** What stands beside a question and its answer, on a row of any layout. */
function withRest(row: Row, examples: ReadExample[]): ReadExample[] {
  const context = row.optionalText('context');
  const others = otherAnswersOf(row);
  const objects = objectsOf(row);
  const given = otherAnswerFields.find((field) => row.isGiven(field));
  if (given !== undefined && examples.length > 1)
    return row.refuse(given, `goes with one answer: ${examples.length} are to be learned`);
  return examples.map((example) => ({
    ...example,
    ...others,
    ...(objects ? { objects } : {}),
    ...(context === undefined ? {} : { context }),
  }));
}
