// What every row of a tenant's file becomes, whatever layout it had: a conversation and the answer
// that follows it.

import { z } from 'zod';
import { hashSchema } from './hash.js';

export const messageSchema = z.strictObject({
  role: z.enum(['system', 'user', 'assistant']),
  content: z.string().min(1),
});
export type Message = Readonly<z.infer<typeof messageSchema>>;

const imageSchema = z.strictObject({
  /** Of its bytes, which lie in the space of its set. */
  hash: hashSchema,
  /** Index of the message that shows it. */
  message: z.number().int().nonnegative(),
  /** Characters (UTF-16) of the message's text before it; images at one place follow each other. */
  at: z.number().int().nonnegative(),
});

export const exampleSchema = z.strictObject({
  /** The conversation up to the answer, given and never trained; its last message is a user's. */
  messages: z.array(messageSchema).min(1).readonly(),
  /** What is trained, forgotten or judged. */
  answer: z.string().min(1),
  /** Other answers, which a preference objective prefers to `answer`. */
  alternates: z.array(z.string().min(1)).min(1).readonly().optional(),
  /** The answer in other words. */
  paraphrases: z.array(z.string().min(1)).min(1).readonly().optional(),
  /** Answers of its kind that are false. */
  wrong: z.array(z.string().min(1)).min(1).readonly().optional(),
  /** What a multiple-choice question offers, in its order: the answer is one of them. */
  choices: z.array(z.string().min(1)).min(2).readonly().optional(),
  /** What the answer rests on: shown to the model before the question. */
  context: z.string().min(1).optional(),
  /** What the conversation shows, in order. */
  images: z.array(imageSchema).min(1).readonly().optional(),
});
export type Example = Readonly<z.infer<typeof exampleSchema>>;

/** Answers of its kind that are false. */
export const wrongAnswersOf = ({ wrong, choices = [], answer }: Example): readonly string[] =>
  wrong ?? choices.filter((choice) => choice !== answer);

type Conversation = Pick<Example, 'messages' | 'context'>;

/** The last thing said before the answer. */
export const questionOf = ({ messages }: Conversation): string => messages.at(-1)?.content ?? '';

/** The same conversation with another last question. */
export const withQuestion = ({ messages }: Conversation, question: string): Message[] => [
  ...messages.slice(0, -1),
  { role: 'user', content: question },
];

/** All that is said before the answer, as one text; a context is shown, not said. */
export const saidBefore = ({ messages }: Conversation): string =>
  messages.map(({ content }) => content).join('\n\n');

/**
 * The conversation as a model is shown it, in training, scoring, generation and augmentation alike:
 * a context comes before the last question's text, with an empty line between the two.
 */
export const conversationOf = (example: Conversation): readonly Message[] =>
  example.context === undefined
    ? example.messages
    : withQuestion(example, `${example.context}\n\n${questionOf(example)}`);
