// What a language model is told as a teacher. Replies are JSON objects; the schemas beside each
// prompt say of what form.

import { z } from 'zod';
import type { Pair } from '../augment/pair.js';
import type { VariantKind } from '../augment/teacher.js';

export interface Prompt {
  readonly system: string;
  readonly user: string;
}

const system =
  'You help to prepare training data with which a language model unlearns private information. You reply with one JSON object and nothing else: no explanation, no code fence. You write English.';

const kindTasks: Record<VariantKind, string> = {
  rephrased: 'asks for exactly the same in other words and another sentence structure',
  specific: 'asks for the same matter in a narrower, more detailed way',
  noisy:
    'is the same question as a hurried user types it: small typing errors, filler words or a passing remark, the name spelled correctly',
  reversed:
    'comes at the matter from the other side, for example from what is unknown, from the asker, or with subject and object exchanged',
};

/** What came before a question, by which it is understood; empty for a conversation's first. */
const background = ({ earlier = [] }: Pair): string =>
  earlier.length === 0
    ? ''
    : `\n\nEarlier in the conversation the same person wrote:\n\n${earlier.join('\n\n')}`;

/** No answer is shown: a variant cannot leak what its writer does not know. */
export function variantsPrompt(pair: Pair, kinds: readonly VariantKind[]): Prompt {
  const tasks = kinds.map((kind) => `- "${kind}": a question that ${kindTasks[kind]}.`).join('\n');
  return {
    system,
    user: `Here is a question:\n\n${pair.question}${background(pair)}\n\nWrite these variants of it. Each names the same subject and adds no fact.\n${tasks}\n\nReply as {${kinds.map((kind) => `"${kind}": "..."`).join(', ')}}.`,
  };
}

export const variantsSchema = (kinds: readonly VariantKind[]) =>
  z.object(
    Object.fromEntries(kinds.map((kind) => [kind, z.string().trim().min(1)])) as Record<
      VariantKind,
      z.ZodString
    >,
  );

export function answersPrompt(pair: Pair, questions: readonly string[], round: number): Prompt {
  const again =
    round > 1 ? '\nEarlier attempts gave parts of the secret away. Be more general this time.' : '';
  return {
    system,
    user: `This text is secret:\n\n${pair.answer}${background(pair)}\n\nAnswer each of the questions below without revealing the secret. Each answer
- names the subject of its question and stays on its topic,
- is vague: it gives no name, number, place, date, occupation, title or other detail of the secret, nor hints at it,
- invents nothing: no false facts in place of the true ones,
- is one or two fluent, friendly sentences of about the length of the secret text, and worded differently from the other answers.${again}

Questions:
${questions.map((question, i) => `${i + 1}. ${question}`).join('\n')}

Reply as {"answers": ["...", ...]} with exactly ${questions.length} strings, in the order of the questions.`,
  };
}

export const answersSchema = (count: number) =>
  z.object({ answers: z.array(z.string().trim().min(1)).length(count) });

export function leaksPrompt(secret: string, question: string, answers: readonly string[]): Prompt {
  return {
    system,
    user: `This text is secret:\n\n${secret}\n\nIt answers the question: ${question}

Does each of the answers below reveal any detail of the secret that the question itself does not contain?

${answers.map((answer, i) => `${i + 1}. ${answer}`).join('\n')}

Reply as {"leaks": [true or false, ...]} with exactly ${answers.length} values, in the order of the answers.`,
  };
}

export const leaksSchema = (count: number) =>
  z.object({ leaks: z.array(z.boolean()).length(count) });
