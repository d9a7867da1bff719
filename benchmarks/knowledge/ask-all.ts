// All questions to a model that answers from a base. Each answer is kept as it comes: a run that was
// broken off goes on after the last one.

import type { LetheClient } from '#client/lethe-client.js';
import type { AskedKnowledge, GroundedAnswer } from '#client/types.js';
import { required } from '#collections/required.js';
import { note } from '../../cli/output.js';
import { openKept } from '../kept-lines.js';
import { untilFailure } from '../until-failure.js';
import type { Labelled } from './labelled.js';

interface Kept {
  readonly question: string;
  readonly answer: GroundedAnswer;
}

/** What inference makes one batch of. */
const AT_ONCE = 8;

/** @returns answers in the order of the questions. */
export async function askAll(
  client: LetheClient,
  asked: { readonly model: string; readonly knowledge: AskedKnowledge },
  questions: readonly Labelled[],
  file: string,
): Promise<GroundedAnswer[]> {
  const kept = await openKept<Kept>(file);
  const answers = new Map(kept.rows.map(({ question, answer }) => [question, answer]));
  const open = questions.filter(({ question }) => !answers.has(question));
  if (open.length > 0) note(`asking ${asked.model} ${open.length} questions ...`);
  await untilFailure(open, AT_ONCE, async ({ question }) => {
    const answer = await client.ask(asked.model, question, asked.knowledge);
    answers.set(question, answer);
    await kept.add({ question, answer });
  });
  return questions.map(({ question }) => required(answers, question));
}
