import { describe, expect, test } from 'vitest';
import { augmentationSchema } from '#contracts/augmentation.js';
import { ChatClient } from '#platform/endpoint/chat-client.js';
import { exampleSet } from '#testing/example-set.js';
import { fails, hangs, resets, says, useEndpoint } from '#testing/scripted-endpoint.js';
import { augment } from '../augment/augment.js';
import { seededRandom } from '../augment/random.js';
import { obedient } from '../testing/obedient-teacher.js';
import { OpenAiParaphraser } from './openai-paraphraser.js';
import { OpenAiTeacher } from './openai-teacher.js';
import { RememberedChat } from './remembered-chat.js';
import type { ReplyStore } from './reply-store.js';

const endpoint = useEndpoint(obedient);
const chat = (replies?: ReplyStore): RememberedChat =>
  new RememberedChat(
    new ChatClient({
      settings: 'TEACHER',
      url: endpoint.url,
      apiKey: 'k',
      model: 'm',
      concurrency: 4,
      timeoutMs: 2000,
      retries: 2,
      backoffMs: 1,
    }),
    replies,
  );
const teacher = (replies?: ReplyStore): OpenAiTeacher => new OpenAiTeacher(chat(replies));
const pair = {
  question: 'Where does Ada Quill live?',
  answer: 'Ada Quill lives at 38 Elm Road in Hexbury.',
};
const attempt = (round = 1) => ({ round, random: seededRandom(1) });
const vague = '{"answers": ["I do not know where Ada Quill lives."]}';
const answersOf = (t: OpenAiTeacher) => t.answers(pair, [pair.question], attempt());

function memoryReplies(): ReplyStore {
  const kept = new Map<string, string>();
  return {
    get: (key) => Promise.resolve(kept.get(key)),
    set: (key, reply) => Promise.resolve(void kept.set(key, reply)),
  };
}

describe('the openai teacher', () => {
  test('asks for variants without showing the secret, and for answers with it', async () => {
    expect(await teacher().variants(pair, ['rephrased', 'noisy'], attempt())).toEqual({
      rephrased: 'Something rephrased about Ada Quill?',
      noisy: 'Something noisy about Ada Quill?',
    });
    expect(endpoint.requests[0]!.messages.map(({ content }) => content).join()).not.toContain(
      'Hexbury',
    );
    expect(await teacher().answers(pair, [pair.question, 'Where?'], attempt())).toHaveLength(2);
    expect(endpoint.requests[1]).toMatchObject({ model: 'm' });
    expect(endpoint.requests[1]!.messages.at(-1)!.content).toContain('Hexbury');
    expect(await teacher().leaks(pair, ['a', 'b'], attempt())).toEqual([false, false]);
  });

  test.each([
    ['malformed JSON', says('{"answers": ["I do not')],
    ['another form than asked for', says('{"answers": []}')],
    ['an empty reply', says('')],
  ])('asks again after %s', async (_, trouble) => {
    endpoint.script = [trouble, says(vague)];
    expect(await answersOf(teacher())).toEqual(['I do not know where Ada Quill lives.']);
    expect(endpoint.requests).toHaveLength(2);
  });

  test('lets answers that stay malformed be missing, and counts an unjudged answer as a leak', async () => {
    endpoint.script = [says('I cannot help with that.')];
    expect(await answersOf(teacher())).toEqual([undefined]);
    expect(endpoint.requests).toHaveLength(3);
    expect(await teacher().leaks(pair, ['x'], attempt())).toEqual([true]);
  });

  test('passes a refusal on, which names the setting and quotes nothing', async () => {
    endpoint.script = [fails(401, {}, pair.answer)];
    await expect(answersOf(teacher())).rejects.toMatchObject({
      permanent: true,
      message: 'the endpoint at TEACHER_URL answers with status 401: check TEACHER_KEY',
    });
  });

  test('stops with the reason of its signal', async () => {
    endpoint.script = [
      (response, request) => (abort.abort(new Error('cancelled')), hangs(response, request)),
    ];
    const abort = new AbortController();
    await expect(
      teacher().answers(pair, ['?'], { ...attempt(), signal: abort.signal }),
    ).rejects.toThrow('cancelled');
  });

  test('shows what the asker wrote before, where a question goes on a conversation', async () => {
    const going = { ...pair, question: 'Where does she live?', earlier: ['Tell me of Ada Quill.'] };
    await teacher().variants(going, ['rephrased'], attempt());
    await teacher().answers(going, [going.question], attempt());
    await teacher().leaks(going, ['x'], attempt());
    for (const { messages } of endpoint.requests)
      expect(messages.at(-1)?.content).toContain('Tell me of Ada Quill.');
    await teacher().variants(pair, ['rephrased'], attempt());
    expect(endpoint.requests.at(-1)?.messages.at(-1)?.content).not.toContain('Earlier');
  });

  test('pays once for a reply, and again in another round', async () => {
    const replies = memoryReplies();
    const first = await answersOf(teacher(replies));
    expect(await answersOf(teacher(replies))).toEqual(first);
    expect(endpoint.requests).toHaveLength(1);
    await teacher(replies).answers(pair, [pair.question], attempt(2));
    expect(endpoint.requests).toHaveLength(2);
  });

  test('augments a whole set through an endpoint that has its moods', async () => {
    endpoint.script = [fails(500), obedient, resets, obedient, says('{}'), obedient, obedient];
    const forget = exampleSet(pair, {
      question: 'Which pet does Ada Quill have?',
      answer: 'A parrot called Captain.',
    });
    const set = await augment(
      { forget, options: augmentationSchema.parse({}), seed: 1, teacher: teacher(), generic: [] },
      { concurrency: 2 },
    );
    expect(set).toMatchObject({
      teacher: 'openai:m',
      dropped: { leaked: 0, empty: 0, language: 0 },
    });
    expect(set.rows).toHaveLength(20);
  });
});

describe('the paraphraser', () => {
  test('asks once for a question, and never learns what the row says', async () => {
    const replies = memoryReplies();
    endpoint.script = [says('{"question": "What is a cold known to do?"}')];
    for (let time = 0; time < 2; time++)
      expect(
        await new OpenAiParaphraser(chat(replies)).paraphrase(
          'What are signs of a cold?',
          'cold',
          undefined,
        ),
      ).toBe('What is a cold known to do?');
    expect(endpoint.requests).toHaveLength(1);
  });

  test('has no wording where no reply has one', async () => {
    endpoint.script = [says('I cannot.'), says('{"question": ""}'), says('{}')];
    expect(
      await new OpenAiParaphraser(chat()).paraphrase(
        'What are signs of a cold?',
        'cold',
        undefined,
      ),
    ).toBeUndefined();
  });
});
