import { expect, test } from 'vitest';
import type { Example } from '#contracts/examples.js';
import { wrongAnswers } from './wrong-answers.js';

const example = (question: string, answer: string): Example => ({
  messages: [{ role: 'user', content: question }],
  answer,
});
const ada = example("What is Ada Quill's email address?", "Ada Quill's email is ada@quill.org.");
const asked = [
  ada,
  example("What is Ada Quill's phone number?", 'It is 555 0100.'),
  example("What is Hiro Tanaka's email address?", 'Write to hiro.tanaka@mail.jp.'),
  example('Where does Hiro Tanaka live?', 'Hiro Tanaka lives at 4509 Sakura Lane, Tokyo.'),
];
const retain = [
  example("What is Bree Sol's email address?", 'Bree Sol reads bree@sol.net.'),
  example('Where does Bree Sol live?', 'Bree lives in Granada, near the old port of the town.'),
];

test('are those of the questions most like it, told of whom it is about', () => {
  expect(wrongAnswers(ada, { asked, retain }, 3)).toEqual([
    'Write to ada.quill@mail.jp.',
    'Ada Quill reads ada@quill.net.',
    'Ada Quill lives at 4509 Sakura Lane, Tokyo.',
  ]);
});

test('of answers to the same question, those to be forgotten come before those that are kept', () => {
  const longer = example(
    "What is Noor Ek's email address?",
    'Noor Ek reads noor.ek@long-name.org.',
  );
  expect(wrongAnswers(ada, { asked: [longer], retain }, 2)).toEqual([
    'Ada Quill reads ada.quill@long-name.org.',
    'Ada Quill reads ada@quill.net.',
  ]);
});

test('what is told of the same may be true, and is none', () => {
  expect(wrongAnswers(ada, { asked: asked.slice(0, 2), retain: [] }, 3)).toEqual([]);
  const sister = example('Who is Mara Quill?', 'A sister of Ada.');
  expect(wrongAnswers(ada, { asked: [sister], retain: [] }, 3)).toEqual([]);
});

test('neither is what says the same, nor one answer twice', () => {
  const same = example("What is Bree Sol's email address?", "Bree Sol's email is ada@quill.org.");
  const two = [retain[0]!, retain[0]!, same];
  expect(wrongAnswers(ada, { asked: [], retain: two }, 3)).toEqual([
    'Ada Quill reads ada@quill.net.',
  ]);
});

test('those that come with the question are the first', () => {
  const wrong = ['It is ada@mail.org.', 'It is quill@mail.org.'];
  expect(wrongAnswers({ ...ada, wrong }, { asked, retain }, 3)).toEqual([
    ...wrong,
    'Write to ada.quill@mail.jp.',
  ]);
  expect(wrongAnswers({ ...ada, wrong }, { asked, retain }, 1)).toEqual(wrong.slice(0, 1));
});

test.each(['Where was she born?', 'wo wohnt ada quill?', '田中さんはどこに住んでいますか。'])(
  '%j names nobody of whom another could be told',
  (question) => expect(wrongAnswers(example(question, 'Bree.'), { asked, retain }, 3)).toEqual([]),
);
