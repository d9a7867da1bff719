// An example as a report shows it.

import type { ReportRow } from '#contracts/artifacts.js';
import { conversationOf, type Example, questionOf } from '#contracts/examples.js';

/** The conversation is shown where there is more of it than the question. */
export function askedOf(example: Example): Pick<ReportRow, 'question' | 'messages' | 'gold'> {
  const question = questionOf(example);
  const messages = conversationOf(example);
  const isBare = messages.length === 1 && messages[0]?.content === question;
  return { question, ...(isBare ? {} : { messages }), gold: example.answer };
}
