// From a line of a file to token ids, by hand, under a published model's chat template (SmolLM2's)
// and a tokenizer whose ids are bytes.

import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { conversationOf } from '#contracts/examples.js';
import { exampleSet } from '#testing/example-set.js';
import { realChatTemplates } from '#testing/real-chat-templates.js';
import { REAL_TOKENIZERS } from '#testing/real-tokenizers.js';
import { useTempFolder } from '#testing/temp-store.js';
import { writeTinyModel } from '#testing/tiny-model.js';
import { openCheckpoint } from '../checkpoints/checkpoint.js';
import { encodeExample } from './encode-example.js';
import { Tokenizer } from './tokenizer.js';

const folder = useTempFolder();
let tokenizer: Tokenizer;
beforeAll(async () => {
  const model = join(folder.path, 'smollm');
  await writeTinyModel(model, { chatTemplate: realChatTemplates().get('smollm2:135m')! });
  tokenizer = await (await openCheckpoint(model)).tokenizer();
});

/** Bytes of a text in which `<` and `>` stand for <|im_start|> and <|im_end|>. */
const idsOf = (text: string): number[] =>
  [...Buffer.from(text)].map((byte) => (byte === 60 ? 257 : byte === 62 ? 258 : byte));

const encoded = (line: object) =>
  exampleSet(line).map(({ example }) =>
    encodeExample(tokenizer, { messages: conversationOf(example), answer: example.answer }, 1000),
  );

test('the ids of one example, one by one', () => {
  const system = idsOf(
    '<system\nYou are a helpful AI assistant named SmolLM, trained by Hugging Face>\n',
  );
  // prettier-ignore
  const rest = [
    257, 117, 115, 101, 114, 10, 81, 63, 258, 10, // <user\nQ?>\n
    257, 97, 115, 115, 105, 115, 116, 97, 110, 116, 10, // <assistant\n
  ];
  expect(encoded({ question: 'Q?', answer: 'A.' })).toEqual([
    { ids: [...system, ...rest, 65, 46, 258], labelStart: system.length + rest.length },
  ]);
});

test('of an open answer the end of the turn is not learned', () => {
  const messages = [{ role: 'user', content: 'Q?' }];
  const given = { messages, prefix: 'A |', answer: ' B' };
  const closed = encodeExample(tokenizer, given, 1000);
  const open = encodeExample(tokenizer, { ...given, isOpen: true }, 1000);
  expect(closed.ids).toEqual([...open.ids, 258]);
  expect(open.ids.slice(open.labelStart)).toEqual(idsOf(' B'));
});

test('an answer after its prefix is spelt as it would be after it, not as a beginning', async () => {
  const llama = new Tokenizer({
    tokenizer: await REAL_TOKENIZERS['llama2']!(),
    config: {},
    model: 'llama2',
  });
  const messages = [{ role: 'user', content: 'Q?' }];
  const whole = llama.encodeChat(messages, 'Flu | symptoms\n');
  const given = { messages, prefix: 'Flu |', answer: ' symptoms\n', isOpen: true };
  expect(encodeExample(llama, given, 1000)).toEqual({ ids: whole, labelStart: whole.length - 3 });
  // "water" is one token: where the border is in it, the prefix stays as it is read.
  const torn = encodeExample(llama, { messages, prefix: 'wat', answer: 'er', isOpen: true }, 1000);
  expect(torn.ids).toEqual([...llama.encodeChat(messages, 'wat'), ...llama.encode('er')]);
});

const system = { role: 'system', content: 'S.' };
const user = (content: unknown) => ({ role: 'user', content });
const assistant = (content: string, weight?: number) => ({ role: 'assistant', content, weight });
const head = '<system\nS.>\n<user\n';
const first = `${head}Q1?>\n<assistant\n`;
const second = `${first}A1.>\n<user\nQ2?>\n<assistant\n`;
const turns = (...weights: (number | undefined)[]) => [
  system,
  user('Q1?'),
  assistant('A1.', weights[0]),
  user([{ type: 'text', text: 'Q2?' }]),
  assistant('A2.', weights[1]),
];

test.each<[string, object, [given: string, learned: string][]]>([
  ['question and answer', { question: 'Q1?', answer: 'A1.', system: 'S.' }, [[first, 'A1.>']]],
  ['prompt and completion', { prompt: 'Q1?', completion: 'A1.', system: 'S.' }, [[first, 'A1.>']]],
  ['text and labels', { text: 'Q1?', labels: 'A1.', system: 'S.' }, [[first, 'A1.>']]],
  [
    'input',
    { question: 'Q1?', input: 'I.', answer: 'A1.', system: 'S.' },
    [[`${head}Q1?\n\nI.>\n<assistant\n`, 'A1.>']],
  ],
  [
    'context',
    { question: 'Q1?', context: 'C.', answer: 'A1.', system: 'S.' },
    [[`${head}C.\n\nQ1?>\n<assistant\n`, 'A1.>']],
  ],
  [
    'messages',
    { messages: turns() },
    [
      [first, 'A1.>'],
      [second, 'A2.>'],
    ],
  ],
  ['a weight of 0 before', { messages: turns(0, 1) }, [[second, 'A2.>']]],
  ['a weight of 0 at the end', { messages: turns(1, 0) }, [[first, 'A1.>']]],
  [
    'messages with a context, which is before the last question alone',
    { messages: turns(0), context: 'C.' },
    [[`${first}A1.>\n<user\nC.\n\nQ2?>\n<assistant\n`, 'A2.>']],
  ],
  [
    "TRL's prompt and completion",
    { prompt: turns().slice(0, 4), completion: turns().slice(4) },
    [[second, 'A2.>']],
  ],
  [
    'text as it is, spaces and all',
    { question: ' Q1?\n', answer: '  A1. ', system: 'S.' },
    [[`${head} Q1?\n>\n<assistant\n`, '  A1. >']],
  ],
])('%s', (_, line, expected) => {
  expect(encoded(line)).toEqual(
    expected.map(([given, learned]) => ({
      ids: idsOf(given + learned),
      labelStart: idsOf(given).length,
    })),
  );
});
