// All questions to a model that answers from a base. Each answer is kept as it comes: a run that was
// broken off goes on after the last one.

import { appendFile, readFile } from 'node:fs/promises';
import pLimit from 'p-limit';
import type { LetheClient } from '#client/lethe-client.js';
import type { AskedKnowledge, GroundedAnswer } from '#client/types.js';
import { note } from '../../cli/output.js';
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
  const kept = new Map((await readKept(file)).map(({ question, answer }) => [question, answer]));
  const open = questions.filter(({ question }) => !kept.has(question));
  if (open.length > 0) note(`asking ${asked.model} ${open.length} questions ...`);
  await pLimit(AT_ONCE).map(open, async ({ question }) => {
    const answer = await client.ask(asked.model, question, asked.knowledge);
    kept.set(question, answer);
    await appendFile(file, `${JSON.stringify({ question, answer } satisfies Kept)}\n`);
  });
  return questions.map(({ question }) => kept.get(question)!);
}

/** A line that a crash cut short is asked again. */
async function readKept(file: string): Promise<Kept[]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text
    .split('\n')
    .slice(0, -1)
    .flatMap((line) => {
      try {
        return [JSON.parse(line) as Kept];
      } catch {
        return [];
      }
    });
}
