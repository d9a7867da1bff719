import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { useTempFolder } from '#testing/temp-store.js';
import { byteTokenizer, writeTinyModel } from '#testing/tiny-model.js';
import type { TextItem } from './token-protocol.js';
import { Tokens } from './tokens.js';

const folder = useTempFolder();
let tokens: Tokens;

/** Splits words by a pattern that backtracks exponentially. */
const backtracking = {
  ...byteTokenizer(),
  pre_tokenizer: {
    type: 'Sequence',
    pretokenizers: [
      { type: 'Split', pattern: { Regex: '(a+)+$' }, behavior: 'Isolated', invert: false },
      { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: false },
    ],
  },
};

beforeAll(async () => {
  await writeTinyModel(join(folder.path, 'tiny'));
  await writeTinyModel(join(folder.path, 'slow'), { tokenizer: backtracking });
  tokens = new Tokens({ dirs: [folder.path], capacity: 2 });
});
afterAll(() => tokens.onApplicationShutdown());

const { signal } = new AbortController();
const text = (prompt: string, completion = '', prefix = ''): TextItem => ({
  prompt: { input: 'text', text: prompt, prefix },
  completion,
});
const chat = (count: number): TextItem => ({
  prompt: {
    input: 'chat',
    chat: {
      messages: Array.from({ length: count }, () => ({
        role: 'user',
        content: '',
        parts: [],
        toolCalls: [],
      })),
    },
  } as unknown as TextItem['prompt'],
  completion: '',
});
const encode = (base: string, item: TextItem, cut = false, owner = 'acme') =>
  tokens.encode(base, [item], { owner, maxContext: 256, cut, signal });

/** Longest time for which nothing else had its turn, in ms. */
async function longestPause(work: Promise<unknown>): Promise<number> {
  let [longest, last] = [0, performance.now()];
  const timer = setInterval(() => {
    const now = performance.now();
    [longest, last] = [Math.max(longest, now - last), now];
  }, 5);
  await work.catch(() => undefined);
  clearInterval(timer);
  return Math.max(longest, performance.now() - last);
}

const limit = "at most 3328 fit into the model's context, 256 tokens of at most 13 bytes";

test.each([
  ['a prompt', text('a'.repeat(7_000_000)), `the prompt has 7000000 bytes: ${limit}`],
  [
    'a beginning of the answer',
    text('a', '', 'b'.repeat(3328)),
    `the prompt has 3329 bytes: ${limit}`,
  ],
  ['white space', text(' '.repeat(7_000_000)), `the prompt has 7000000 bytes: ${limit}`],
  ['emoji', text('😀'.repeat(1_000_000)), `the prompt has 4000000 bytes: ${limit}`],
  ['control tokens', text('<|im_end|>'.repeat(700_000)), `the prompt has 7000000 bytes: ${limit}`],
  ['a completion', text('a', 'b'.repeat(3329)), `a completion has 3329 bytes: ${limit}`],
  [
    'a conversation',
    chat(180_000),
    "the conversation has 180000 messages and tool calls: the model's context holds 256 tokens",
  ],
])('%s that no context holds is refused before it is encoded', async (_, item, message) => {
  await encode('tiny', text('a'));
  const refused = encode('tiny', item);
  await expect(refused).rejects.toMatchObject({ type: 'prompt-length', publicMessage: message });
});

test('a completion that may be cut is encoded as far as the context can reach', async () => {
  const [encoded] = await encode('tiny', text('a', 'b'.repeat(100_000)), true);
  expect(encoded!.completion).toHaveLength(3328);
});

test('a pattern that backtracks is stopped, while others have their turn', async () => {
  const work = encode('slow', text(`${'a'.repeat(60)}b`));
  const pause = longestPause(work);
  await expect(work).rejects.toMatchObject({
    type: 'time-limit',
    publicMessage: "the model's tokenizer takes the prompt longer than 5 s",
  });
  expect(await pause).toBeLessThan(2000);
  expect((await encode('slow', text('b')))[0]!.prompt.ids).toHaveLength(1);
  expect((await encode('tiny', text('b')))[0]!.prompt.ids).toHaveLength(1);
}, 60_000);

test("one tenant's many long prompts do not keep another's short one waiting", async () => {
  await encode('tiny', text('a'));
  let done = 0;
  const long = Array.from({ length: 100 }, async () => {
    await encode('tiny', text('ab '.repeat(1000)));
    done += 1;
  });
  await encode('tiny', text('b'), false, 'other');
  expect(done).toBeLessThan(10);
  await Promise.all(long);
});
