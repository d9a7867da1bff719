import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Example } from '../examples.js';
import type { Artifact } from '../spaces.js';
import { DatasetError, parseDataset, parseExamples } from './dataset.js';
import { MAX_MESSAGES, MAX_ROW_BYTES } from './limits.js';

const lines = (...rows: unknown[]): string => rows.map((row) => JSON.stringify(row)).join('\n');
const read = (...rows: unknown[]): Example[] =>
  parseDataset(lines(...rows)).map(({ example }) => example);
const collect = async <T>(all: AsyncIterable<T>): Promise<T[]> => {
  const items: T[] = [];
  for await (const item of all) items.push(item);
  return items;
};
const user = (content: unknown) => ({ role: 'user', content });
const assistant = (content: unknown, weight?: unknown) => ({
  role: 'assistant',
  content,
  ...(weight === undefined ? {} : { weight }),
});
const system = (content: string) => ({ role: 'system', content });

test('every layout of a question and its answer is the same example', () => {
  expect(
    read(
      { messages: [user('q'), assistant('a')] },
      { question: 'q', answer: 'a', extra: 1 },
      { prompt: 'q', completion: 'a' },
      { prompt: [user('q')], completion: [assistant('a')] },
      { text: 'q', labels: 'a' },
      { instruction: 'q', input: '', output: 'a' },
      { query: 'q', answer: 'a', level: '1', type: 'cloze', subject: 's' },
      { id: '1', input: 'q', output: 'a', task: 'Task1' },
      { prompt: 'q', gt: 'a' },
    ),
  ).toEqual(Array.from({ length: 9 }, () => ({ messages: [user('q')], answer: 'a' })));
});

test('each assistant message to be learned is an example with all that was said before it', () => {
  const row = {
    messages: [
      { role: 'developer', content: 'You are a registrar.' },
      user('Where was Ada Quill born?'),
      assistant('In Tarnholt.'),
      user('Thank you. Anything else?'),
      assistant('No, that is all.'),
    ],
  };
  const [one, two] = read(row);
  expect(one).toEqual({
    messages: [system('You are a registrar.'), user('Where was Ada Quill born?')],
    answer: 'In Tarnholt.',
  });
  expect(two).toEqual({
    messages: [...one!.messages, assistant('In Tarnholt.'), user('Thank you. Anything else?')],
    answer: 'No, that is all.',
  });
  expect(parseDataset(lines(row, { question: 'q', answer: 'a' })).map(({ line }) => line)).toEqual([
    1, 1, 2,
  ]);
});

test('weight 0 keeps an assistant message as given, not as something to learn', () => {
  const turns = (first: unknown, second: unknown) => ({
    messages: [user('q1'), assistant('a1', first), user('q2'), assistant('a2', second)],
  });
  expect(read(turns(0, 1))).toEqual([
    { messages: [user('q1'), assistant('a1'), user('q2')], answer: 'a2' },
  ]);
  expect(read(turns(1, 0))).toEqual([{ messages: [user('q1')], answer: 'a1' }]);
  expect(read(turns(null, undefined))).toHaveLength(2);
});

test("of TRL's prompt and completion the completion is learned", () => {
  const prompt = [system('s'), user('q1'), assistant('a1'), user('q2')];
  const completion = [assistant('a2'), user('q3'), assistant('a3')];
  expect(read({ prompt, completion })).toEqual([
    { messages: prompt, answer: 'a2' },
    { messages: [...prompt, assistant('a2'), user('q3')], answer: 'a3' },
  ]);
});

test('a multiple-choice question is answered by the text of the right choice', () => {
  const row = (answer: unknown) => ({ question: 'q', choices: ['x', 'y', 'z'], answer });
  const chosen = read(row(1), row('b'), row('y'));
  expect(chosen).toEqual(
    chosen.map(() => ({ messages: [user('q')], answer: 'y', choices: ['x', 'y', 'z'] })),
  );
});

test("TOFU's paraphrased and perturbed answers are kept beside the answer", () => {
  const row = { question: 'q', answer: 'a', paraphrased_answer: 'so a' };
  expect(read({ ...row, perturbed_answer: ['b', 'c'] }, { ...row, perturbed_answer: 'b' })).toEqual(
    [
      { messages: [user('q')], answer: 'a', paraphrases: ['so a'], wrong: ['b', 'c'] },
      { messages: [user('q')], answer: 'a', paraphrases: ['so a'], wrong: ['b'] },
    ],
  );
});

test('text parts are one text', () => {
  const parts = [
    { type: 'text', text: 'Where was ' },
    { type: 'text', text: 'she born?' },
  ];
  expect(read({ messages: [user(parts), assistant('a')] })).toEqual([
    { messages: [user('Where was she born?')], answer: 'a' },
  ]);
});

test('system, context and input are kept beside any question', () => {
  expect(
    read(
      { question: 'Sum up.', input: 'One. Two.', answer: 'a', system: 's', context: 'c' },
      { prompt: 'q', input: '', completion: 'a', system: null, context: '' },
      { messages: [user('q'), assistant('a')], system: 's', context: 'c' },
    ),
  ).toEqual([
    { messages: [system('s'), user('Sum up.\n\nOne. Two.')], answer: 'a', context: 'c' },
    { messages: [user('q')], answer: 'a' },
    { messages: [system('s'), user('q')], answer: 'a', context: 'c' },
  ]);
});

test('answers that a preference objective prefers', () => {
  const rows = read(
    { question: 'q', answer: 'a', alternate: 'b' },
    { prompt: 'q', completion: 'a', alternates: ['b', 'c'] },
    { messages: [user('q'), assistant('a')], alternate: 'b', alternates: ['c'] },
    { text: 'q', labels: 'a', alternates: [] },
  );
  expect(rows.map((row) => row.alternates)).toEqual([['b'], ['b', 'c'], ['b', 'c'], undefined]);
});

test('text is kept byte for byte', () => {
  const code = '    if (x):\r\n\treturn 1\n';
  expect(read({ question: ' q ', answer: code })).toEqual([
    { messages: [user(' q ')], answer: code },
  ]);
});

test('one JSON array, a byte order mark, empty lines and CRLF', () => {
  const numbered = (content: string) =>
    parseDataset(content).map(({ line, example }) => [line, example.answer]);
  expect(
    numbered('\uFEFF \n [ {"question":"q","answer":"a"},\n{"question":"[,]\\"}","answer":"b"} ]\n'),
  ).toEqual([
    [1, 'a'],
    [2, 'b'],
  ]);
  expect(
    numbered('\uFEFF{"question":"q","answer":"a"}\r\n\r\n \t\n{"question":"r","answer":"b"}\r\n'),
  ).toEqual([
    [1, 'a'],
    [4, 'b'],
  ]);
  expect(['', '\n', '[]', ' [ ] '].map(numbered)).toEqual([[], [], [], []]);
});

test.each([
  ['lines', lines({ question: 'ä😀', answer: 'a' }, { messages: [user('q'), assistant('b')] })],
  [
    'an array',
    JSON.stringify([
      { question: '[ä😀", ', answer: 'a' },
      { text: 'q', labels: 'b' },
    ]),
  ],
])('%s come out the same however they are cut into chunks', async (_, content) => {
  const bytes = Buffer.from(`\uFEFF\n${content}\n`);
  const whole = parseDataset(bytes.toString());
  expect(whole).toHaveLength(2);
  for (let size = 1; size < bytes.length; size++) {
    const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (__, i) =>
      bytes.subarray(i * size, (i + 1) * size),
    );
    expect(await collect(parseExamples(chunks))).toEqual(whole);
  }
});

const chat = (...messages: unknown[]): string => lines({ messages });
const flat = (fields: object): string => lines({ question: 'q', answer: 'a', ...fields });

test.each([
  ['{"question":"q","answer":"a"}\n{"question"', /^line 2: is not valid JSON/],
  ['{"question":"q","answer":"a"}\n\n{"question":"q"}', /^line 3: field "answer" must be text$/],
  ['{"question":"  ","answer":"a"}', /^line 1: field "question" must not be empty$/],
  ['{"answer":"a"}', /^line 1: field "messages" is missing: expected messages, question\/answer/],
  ['"text"', /^line 1: must be a JSON object$/],
  ['[1]', /^line 1: must be a JSON object$/],
  ['[{"question":"q","answer":"a"},]', /^line 2: is not valid JSON/],
  ['[{"question":"q","answer":"a"}', /^line 1: is not valid JSON \(the array has no end\)$/],
  ['[{"question":"q","answer":"a"}] []', /^line 2: is not valid JSON \(something follows/],
  [chat(), /"messages" must be a list of messages$/],
  [chat(user('q'), user('q')), /"messages.1" must be an assistant message: it is the last$/],
  [chat({ role: 'robot', content: 'q' }), /"messages.0.role" must be system, developer, user/],
  [chat({ role: 'tool', content: 'q' }), /"messages.0.role" must be system, developer, user/],
  [chat(user('q'), { ...assistant(null), tool_calls: [{}] }), /"messages.1.tool_calls" cannot be/],
  [
    chat(user([{ type: 'input_audio' }]), assistant('a')),
    /"messages.0.content.0.type" must be text or image_url/,
  ],
  [chat(user('q'), assistant(' ')), /"messages.1.content" must not be empty$/],
  [chat(user('q'), assistant('a', 0.5)), /"messages.1.weight" must be 0 or 1$/],
  [chat({ ...user('q'), weight: 1 }, assistant('a')), /"messages.0.weight" goes with an assistant/],
  [chat(user('q'), assistant('a', 0)), /"messages" has nothing to learn: every assistant/],
  [chat(assistant('Hello.'), user('q'), assistant('a')), /"messages.0" is to be learned: expected/],
  [lines({ prompt: [user('q')], completion: 'a' }), /"completion" must be a list of messages$/],
  [lines({ prompt: 'q', completion: [assistant('a')] }), /"completion" must be text$/],
  [
    lines({ system: 's', messages: [system('s'), user('q'), assistant('a')] }),
    /"system" is given twice/,
  ],
  [lines({ input: 'i', messages: [user('q'), assistant('a')] }), /"input" goes with a question/],
  [flat({ history: [['q', 'a']] }), /"history" cannot be learned/],
  [flat({ tools: [{}] }), /"tools" cannot be learned/],
  [flat({ context: ' ' }), /"context" must not be empty$/],
  [flat({ system: ['s'] }), /"system" must be text$/],
  [flat({ alternate: ' ' }), /"alternate" must not be empty$/],
  [flat({ choices: ['a'] }), /"choices" has 1 text: expected at least 2$/],
  [flat({ answer: 'd', choices: ['b', 'c'] }), /"answer" must name one of the 2 choices/],
  [lines({ question: 'q', choices: ['b', 'c'], answer: 2 }), /"answer" must name one of the 2/],
  [flat({ perturbed_answer: [1] }), /"perturbed_answer.0" must be text$/],
  [flat({ alternates: 'b' }), /"alternates" must be a list of texts$/],
  [flat({ alternates: ['b', 1] }), /"alternates.1" must be text$/],
  [
    lines({ alternate: 'b', messages: [user('q'), assistant('a'), user('q'), assistant('a')] }),
    /"alternate" goes with one answer: 2 are to be learned$/,
  ],
])('refused with its line and field: %j', (content, message) => {
  expect(() => parseDataset(content)).toThrow(DatasetError);
  expect(() => parseDataset(content)).toThrow(message);
});

const CAT = 'file-cat';
const PIXEL = 'data:image/png;base64,iVBO';
const shows = (url: unknown, rest: object = {}) => ({
  type: 'image_url',
  image_url: { url, ...rest },
});
const says = (text: string) => ({ type: 'text', text });
const fileOf = (source: string): Artifact => ({
  space: 'set',
  hash: createHash('sha256').update(source).digest('hex'),
});
const readShown = async (...rows: unknown[]): Promise<Example[]> => {
  const opened = parseExamples([Buffer.from(lines(...rows))], async ({ source }) => fileOf(source));
  return (await collect(opened)).map(({ example }) => example);
};
const at = (source: string, place: number) => ({ file: fileOf(source), at: place });

test('questions of POPE have a label, pictures for CHAIR the objects in them', () => {
  const asked = (content: string, answer: string, more: object = {}) => ({
    messages: [{ ...user(content) }],
    answer,
    ...more,
  });
  const describe = 'Please describe this image in detail.';
  const layouts: [row: object, example: object][] = [
    [{ question_id: 1, text: 'Is it?', label: 'yes' }, asked('Is it?', 'yes')],
    [{ text: 'Is it?', labels: 'a', label: 'yes' }, asked('Is it?', 'a')],
    [{ objects: ['dog', 'cat'] }, asked(describe, 'dog, cat', { objects: ['dog', 'cat'] })],
    [{ objects: [] }, asked(describe, 'none', { objects: [] })],
    [{ question: 'What?', objects: ['dog'] }, asked('What?', 'dog', { objects: ['dog'] })],
    [{ ...flatRow, objects: ['dog'] }, expect.objectContaining({ objects: ['dog'] }) as object],
    // Another's field of the same name.
    [{ ...flatRow, objects: [{ id: 1 }] }, expect.not.objectContaining({ objects: [] }) as object],
  ];
  for (const [row, example] of layouts)
    expect(parseDataset(JSON.stringify(row))).toEqual([{ line: 1, example }]);
  expect(() => parseDataset('{"objects": "dog"}')).toThrow(
    'field "objects" must be a list of texts',
  );
});

test('images of a message stand where its parts have them, those of a row before its question', async () => {
  const parts = [says('Who is'), shows(CAT), shows(PIXEL, { detail: 'low' }), says('?')];
  const content = 'Who is?';
  const images = [at(CAT, 6), { ...at(PIXEL, 6), detail: 'low' }];
  const [first, second, ...flats] = await readShown(
    {
      messages: [user(parts), assistant('Ada.'), user('Sure?'), assistant('Yes.')],
    },
    { question: 'Who?', answer: 'Ada.', images: [CAT, PIXEL] },
    { prompt: 'Who?', completion: 'Ada.', image: CAT, input: 'Say.' },
  );
  expect(first).toEqual({ messages: [{ ...user(content), images }], answer: 'Ada.' });
  expect(second).toMatchObject({ messages: [{ images }, assistant('Ada.'), user('Sure?')] });
  expect(flats).toEqual([
    { messages: [{ ...user('Who?'), images: [at(CAT, 0), at(PIXEL, 0)] }], answer: 'Ada.' },
    { messages: [{ ...user('Who?\n\nSay.'), images: [at(CAT, 0)] }], answer: 'Ada.' },
  ]);
});

const refused: [object, string, RegExp][] = [
  [shows('https://a.org/cat.png'), '.image_url.url', /is an address, and nothing is fetched/],
  [shows('cat.png'), '.image_url.url', /must be a data URL of a PNG, JPEG or WebP/],
  [shows(7), '.image_url.url', /must be text/],
  [shows(CAT, { detail: 'tiny' }), '.image_url.detail', /must be auto, low or high/],
  [{ type: 'image_url', image_url: CAT }, '.image_url', /must have the url/],
  [{ type: 'input_image', file_id: CAT }, '.type', /must be text or image_url/],
];

test.each(refused)('a part is refused with its line and field: %j', async (part, field, why) => {
  const row = { messages: [user([says('Who?'), part]), assistant('Ada.')] };
  const reading = readShown({ question: 'q', answer: 'a' }, row);
  await expect(reading).rejects.toThrow(`line 2: field "messages.0.content.1${field}"`);
  await expect(reading).rejects.toThrow(why);
});

const flatRow = { question: 'q', answer: 'a' };
const talk = [user('q'), assistant('a')];
test.each([
  [{ ...flatRow, images: [{ bytes: '' }] }, /"images.0" must be text$/],
  [{ ...flatRow, image: 'http://a.org' }, /"image" is an address/],
  [{ ...flatRow, image: CAT, images: [CAT] }, /"image" is given twice: expected images alone$/],
  [
    { ...flatRow, images: Array.from({ length: 17 }, () => CAT) },
    /"images.16" is one of 17 images/,
  ],
  [{ messages: talk, images: [CAT] }, /"images" goes with a question: show it in a message/],
  [{ messages: [{ ...user('q'), images: [CAT] }, assistant('a')] }, /"messages.0.images" is not/],
  [
    { messages: [user([shows(CAT)]), assistant('a')] },
    /"messages.0.content" must have text beside/,
  ],
  [
    { messages: [user('q'), assistant([says('a'), shows(CAT)])] },
    /"messages.1.content.1" is an image: expected in a user's message$/,
  ],
])('an image is refused with its field: %j', async (row, why) => {
  await expect(readShown(row)).rejects.toThrow(why);
});

test('an image that cannot be opened is named, and so is one where texts alone are read', async () => {
  const row = lines(flatRow, { ...flatRow, image: CAT });
  const missing = parseExamples([Buffer.from(row)], async () => 'names a file that is not there');
  await expect(collect(missing)).rejects.toThrow(
    'line 2: field "image" names a file that is not there',
  );
  for (const reading of [() => parseDataset(row), () => collect(parseExamples([Buffer.from(row)]))])
    await expect((async () => reading())()).rejects.toThrow(
      'line 2: field "image" is an image: expected text alone',
    );
});

test('a conversation that is too long is refused', () => {
  const long = chat(...Array.from({ length: MAX_MESSAGES + 1 }, () => user('q')));
  expect(() => parseDataset(long)).toThrow('"messages" has 257 messages: expected at most 256');
});

test('a conversation that grows too long in examples is refused', () => {
  const turn = [user('q'), assistant('a'.repeat(4000))];
  const turns = (count: number) => Array.from({ length: count }, () => turn).flat();
  expect(read({ messages: [...turns(60)] })).toHaveLength(60);
  expect(() => read({ messages: [...turns(70)] })).toThrow(
    '"messages" becomes 9942485 characters, as each answer is learned after all before it: expected at most 8388608',
  );
});

test('an error says its place without a word of the row', () => {
  const refuse = () =>
    parseDataset('{"question":"q","answer":"a"}\n{"question":"secret","answer":1}');
  expect(refuse).toThrow(expect.objectContaining({ place: 'line 2, field "answer"' }));
});

test('bytes that are no UTF-8 are refused with their line', async () => {
  const bytes = Buffer.concat([Buffer.from('{"question":"q","answer":"a"}\n"'), Buffer.of(0xff)]);
  await expect(collect(parseExamples([bytes]))).rejects.toThrow('line 2: is not valid UTF-8');
});

test('a row is refused once it is too long, whatever it is', async () => {
  const chunk = Buffer.alloc(2 ** 16, '[');
  let sent = 0;
  const endless = function* (): Iterable<Uint8Array> {
    for (;;) {
      sent += chunk.length;
      yield chunk;
    }
  };
  await expect(collect(parseExamples(endless()))).rejects.toThrow(
    `line 1: is longer than ${MAX_ROW_BYTES} bytes`,
  );
  expect(sent).toBeLessThanOrEqual(MAX_ROW_BYTES + 2 * chunk.length);
  const long = lines({ question: 'q', answer: 'a'.repeat(MAX_ROW_BYTES) });
  expect(() => parseDataset(long)).toThrow('line 1: is longer than');
});
