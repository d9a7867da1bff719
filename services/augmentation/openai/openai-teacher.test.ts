import { describe, expect, it } from 'vitest';
import { augmentationSchema } from '#contracts/unlearning.js';
import { augment } from '../augment/augment.js';
import { seededRandom } from '../augment/random.js';
import {
  fails,
  hangs,
  obedient,
  resets,
  says,
  sendsRaw,
  useEndpoint,
} from '../testing/scripted-endpoint.js';
import { ChatClient, type ChatOptions } from './chat-client.js';
import { OpenAiTeacher } from './openai-teacher.js';
import type { ReplyStore } from './reply-store.js';
import { TeacherError } from './teacher.error.js';

const endpoint = useEndpoint();
const teacher = (change: Partial<ChatOptions> = {}, replies?: ReplyStore): OpenAiTeacher =>
  new OpenAiTeacher(
    new ChatClient({
      url: endpoint.url,
      apiKey: 'k',
      model: 'm',
      concurrency: 4,
      timeoutMs: 2000,
      retries: 2,
      ...change,
    }),
    replies,
  );
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
  it('asks for variants without showing the secret, and for answers with it', async () => {
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

  it('waits as long as a 429 says', async () => {
    endpoint.script = [fails(429, { 'retry-after': '1' }), says(vague)];
    const started = performance.now();
    expect(await answersOf(teacher())).toEqual(['I do not know where Ada Quill lives.']);
    expect(performance.now() - started).toBeGreaterThan(950);
  });

  it.each([
    ['a server error', fails(500)],
    ['a lost connection', resets],
    ['no answer in time', hangs],
    ['malformed JSON in the reply', says('{"answers": ["I do not')],
    ['another form than asked for', says('{"answers": []}')],
    ['an empty reply', says('')],
    ['an HTTP body that is no JSON', sendsRaw('<html>busy')],
    ['an HTTP body without choices', sendsRaw('{"choices": []}')],
  ])('asks again after %s', async (_, trouble) => {
    endpoint.script = [trouble, says(vague)];
    expect(await answersOf(teacher({ timeoutMs: 300 }))).toEqual([
      'I do not know where Ada Quill lives.',
    ]);
    expect(endpoint.requests).toHaveLength(2);
  });

  it('lets answers that stay malformed be missing, and counts an unjudged answer as a leak', async () => {
    endpoint.script = [says('I cannot help with that.')];
    expect(await answersOf(teacher())).toEqual([undefined]);
    expect(endpoint.requests).toHaveLength(3);
    expect(await teacher().leaks(pair, ['x'], attempt())).toEqual([true]);
  });

  it('gives up for now on lasting trouble, and for good on a refusal, without quoting anything', async () => {
    endpoint.script = [fails(503)];
    await expect(answersOf(teacher({ retries: 0 }))).rejects.toEqual(
      new TeacherError('the teacher answers with status 503', false),
    );
    endpoint.script = [resets];
    await expect(answersOf(teacher({ retries: 0 }))).rejects.toMatchObject({ permanent: false });
    endpoint.script = [fails(401)];
    const refusal = answersOf(teacher());
    await expect(refusal).rejects.toThrow(
      'status 401: check TEACHER_URL, TEACHER_KEY and TEACHER_MODEL',
    );
    await expect(refusal).rejects.toMatchObject({ permanent: true });
  });

  it('stops with the reason of its signal', async () => {
    endpoint.script = [
      (response, request) => (abort.abort(new Error('cancelled')), hangs(response, request)),
    ];
    const abort = new AbortController();
    await expect(
      teacher().answers(pair, ['?'], { ...attempt(), signal: abort.signal }),
    ).rejects.toThrow('cancelled');
  });

  it('pays once for a reply, and anew in another round', async () => {
    const replies = memoryReplies();
    const first = await answersOf(teacher({}, replies));
    expect(await answersOf(teacher({}, replies))).toEqual(first);
    expect(endpoint.requests).toHaveLength(1);
    await teacher({}, replies).answers(pair, [pair.question], attempt(2));
    expect(endpoint.requests).toHaveLength(2);
  });

  it('keeps within its concurrency', async () => {
    let running = 0;
    let most = 0;
    endpoint.script = [
      (response, request) => {
        most = Math.max(most, (running += 1));
        setImmediate(() => {
          running -= 1;
          obedient(response, request);
        });
      },
    ];
    const shared = teacher({ concurrency: 2 });
    await Promise.all(Array.from({ length: 8 }, () => answersOf(shared)));
    expect(most).toBeLessThanOrEqual(2);
  });

  it('augments a whole set through an endpoint that has its moods', async () => {
    endpoint.script = [fails(500), obedient, resets, obedient, says('{}'), obedient, obedient];
    const forget = [
      pair,
      { question: 'Which pet does Ada Quill have?', answer: 'A parrot called Captain.' },
    ];
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
