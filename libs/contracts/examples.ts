// What every row of a tenant's file becomes, whatever layout it had: a conversation and the answer
// that follows it.
import { z } from 'zod';

export const messageSchema = z.strictObject({
  role: z.enum(['system', 'user', 'assistant']),
  content: z.string().min(1),
});
export type Message = Readonly<z.infer<typeof messageSchema>>;

export const exampleSchema = z.strictObject({
  /** The conversation up to the answer, given and never trained; its last message is a user's. */
  messages: z.array(messageSchema).min(1).readonly(),
  /** What is trained, forgotten or judged. */
  answer: z.string().min(1),
  /** Other answers, which a preference objective prefers to `answer`. */
  alternates: z.array(z.string().min(1)).min(1).readonly().optional(),
  /** What the answer rests on: shown to the model before the question. */
  context: z.string().min(1).optional(),
});
export type Example = Readonly<z.infer<typeof exampleSchema>>;

/** The last thing said before the answer. */
export const questionOf = ({ messages }: Pick<Example, 'messages'>): string =>
  messages.at(-1)?.content ?? '';

/**
 * The conversation as a model is shown it, in training, scoring, generation and augmentation alike:
 * a context comes before the last question's text, with an empty line between the two.
 */
export function conversationOf({
  messages,
  context,
}: Pick<Example, 'messages' | 'context'>): readonly Message[] {
  if (context === undefined) return messages;
  const question = `${context}\n\n${questionOf({ messages })}`;
  return [...messages.slice(0, -1), { role: 'user', content: question }];
}
