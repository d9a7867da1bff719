import { expect, test } from 'vitest';
import { conversationOf, partsOf, type ShownImage, withQuestion } from './examples.js';

const shown = (at: number): ShownImage => ({ file: { space: 'set', hash: 'a'.repeat(64) }, at });
const asked = (content: string, ...places: number[]) => ({
  messages: [{ role: 'user' as const, content, images: places.map(shown) }],
});
const placesIn = (messages: readonly { readonly images?: readonly ShownImage[] | undefined }[]) =>
  messages.map(({ images = [] }) => images.map(({ at }) => at));

test('other words show the same: first, last, or where they quote the text', () => {
  const question = asked('Who is ?', 0, 7, 8);
  expect(placesIn(withQuestion(question, 'Tell me: Who is ? Now.'))).toEqual([[0, 16, 17]]);
  expect(placesIn(withQuestion(question, 'Name them.'))).toEqual([[0, 0, 10]]);
  const context = 'Ada is tall.';
  expect(placesIn(conversationOf({ ...question, context }))).toEqual([
    [0, context.length + 2 + 7, context.length + 2 + 8],
  ]);
});

test('parts are the text and its images, in order', () => {
  const [message] = asked('Who is ?', 0, 7, 7, 8).messages;
  const images = message?.images ?? [];
  expect(partsOf('Who is ?', images)).toEqual([
    images[0],
    'Who is ',
    images[1],
    images[2],
    '?',
    images[3],
  ]);
});
