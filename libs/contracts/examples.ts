// What every row of a tenant's file becomes, whatever layout it had: a conversation and the answer
// that follows it.

import { z } from 'zod';
import { artifactSchema } from './spaces.js';

/** What is said, without what is shown. */
export const saidSchema = z.strictObject({
  role: z.enum(['system', 'user', 'assistant']),
  content: z.string().min(1),
});

const imageSchema = z.strictObject({
  /** Its bytes: in the space of its set, or of a file of their own. */
  file: artifactSchema,
  /** Characters (UTF-16) of the message's text before it; images at one place follow each other. */
  at: z.number().int().nonnegative(),
  /** Whether it is seen as one tile. */
  detail: z.literal('low').optional(),
});
export type ShownImage = Readonly<z.infer<typeof imageSchema>>;

export const messageSchema = saidSchema.extend({
  /** What a user shows, in order. */
  images: z.array(imageSchema).min(1).readonly().optional(),
});
export type Message = Readonly<z.infer<typeof messageSchema>>;

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
  /**
   * What is in the picture that it shows. Of one that shows none, an object's name and other words
   * for it: a line of CHAIR's table of synonyms.
   */
  objects: z.array(z.string().min(1)).readonly().optional(),
  /** What the answer rests on: shown to the model before the question. */
  context: z.string().min(1).optional(),
});
export type Example = Readonly<z.infer<typeof exampleSchema>>;

/** Answers of its kind that are false. */
export const wrongAnswersOf = ({ wrong, choices = [], answer }: Example): readonly string[] =>
  wrong ?? choices.filter((choice) => choice !== answer);

type Conversation = Pick<Example, 'messages' | 'context'>;

/** The last thing said before the answer. */
export const questionOf = ({ messages }: Conversation): string => messages.at(-1)?.content ?? '';

/** The same conversation with another last question, which shows what the last one does. */
export function withQuestion({ messages }: Conversation, question: string): Message[] {
  const { content = '', images } = messages.at(-1) ?? {};
  const moved = images?.map((image) => ({ ...image, at: placeIn(question, image.at, content) }));
  return [
    ...messages.slice(0, -1),
    { role: 'user', content: question, ...(moved ? { images: moved } : {}) },
  ];
}

/** Where an image of a text stands in other words: first, last, or in the text that they quote. */
function placeIn(words: string, at: number, text: string): number {
  if (at === 0) return 0;
  const quoted = words.lastIndexOf(text);
  if (quoted >= 0) return quoted + at;
  return at === text.length ? words.length : 0;
}

/** All that a conversation shows, in order. */
export const imagesOf = ({ messages }: Conversation): readonly ShownImage[] =>
  messages.flatMap(({ images = [] }) => images);

/** A message as its parts: texts, and images between them. */
export function partsOf<I extends { readonly at: number }>(
  content: string,
  images: readonly I[],
): (string | I)[] {
  const ends = [...images.map(({ at }) => at), content.length];
  const texts = ends.map((end, i) => content.slice(ends[i - 1] ?? 0, end));
  return texts.flatMap((text, i) => {
    const image = images[i];
    return [...(text === '' ? [] : [text]), ...(image ? [image] : [])];
  });
}

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
