// An example as a report shows it.

import type { ReportRow } from '#contracts/artifacts.js';
import { conversationOf, type Example, imagesOf, questionOf } from '#contracts/examples.js';

/** The conversation is shown where there is more of it than the question; of pictures, their number. */
export function askedOf(
  example: Example,
): Pick<ReportRow, 'question' | 'messages' | 'images' | 'gold'> {
  const question = questionOf(example);
  const messages = conversationOf(example).map(({ images: _images, ...said }) => said);
  const isBare = messages.length === 1 && messages[0]?.content === question;
  const { length: images } = imagesOf(example);
  return {
    question,
    ...(isBare ? {} : { messages }),
    ...(images > 0 ? { images } : {}),
    gold: example.answer,
  };
}
