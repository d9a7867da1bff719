// OpenAI's client and `lethe chat` show pictures to a model that sees, through gateway and inference:
// answers are those of transformers.

import { execa } from 'execa';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { useRedis } from '#testing/redis.js';
import { testStoreEnv, useTempFolder } from '#testing/temp-store.js';
import { writeTinyModel } from '#testing/tiny-model.js';
import {
  adminKey,
  type RunningGateway,
  startGateway,
} from '../services/gateway/testing/gateway.js';
import {
  inferenceVariables,
  type RunningInference,
  startInference,
} from '../services/inference/testing/inference.js';
import {
  expected,
  type Picture,
  picture,
  textOf,
  writeSeeingGguf,
  writeSeeingModel,
} from '../services/inference/testing/seeing-model.js';

const redis = useRedis();
const folder = useTempFolder();
let gateway: RunningGateway;
let inference: RunningInference;
let openai: OpenAI;
let stranger: OpenAI;

beforeAll(async () => {
  const models = join(folder.path, 'models');
  writeSeeingModel(join(models, 'seeing'));
  writeSeeingModel(join(models, 'placed'), 'qwen2-5-vl');
  writeSeeingGguf(join(models, 'seeing-gguf'), 'llava');
  writeSeeingGguf(join(models, 'placed-gguf'), 'qwen2-5-vl');
  await writeTinyModel(join(models, 'blind'));
  inference = await startInference(inferenceVariables(folder.path));
  gateway = await startGateway({
    REDIS_URL: redis.url,
    QUEUE_PREFIX: redis.prefix(),
    DATA_DIR: join(folder.path, 'data'),
    ...testStoreEnv(folder.path),
    INFERENCE_URL: `127.0.0.1:${inference.port}`,
  });
  [openai, stranger] = [await tenant('acme'), await tenant('other')];
}, 120_000);
afterAll(async () => {
  await gateway.stop();
  await inference.close();
});

async function tenant(name: string): Promise<OpenAI> {
  const response = await fetch(`${gateway.url}/admin/tenants`, {
    method: 'POST',
    headers: { authorization: `Bearer ${adminKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name }),
  });
  const { api_key: apiKey } = (await response.json()) as { api_key: string };
  return new OpenAI({ apiKey, baseURL: `${gateway.url}/v1`, maxRetries: 0 });
}

type Part = OpenAI.ChatCompletionContentPart;
type Message = OpenAI.ChatCompletionMessageParam;

const dataUrl = (name: Picture): string =>
  `data:image/png;base64,${picture(name).toString('base64')}`;
const shows = (url: string): Part => ({ type: 'image_url', image_url: { url } });
const said = (text: string): Part => ({ type: 'text', text });
const user = (...content: Part[]): Message => ({ role: 'user', content });
const asked = (...messages: Message[]) => ({
  model: 'seeing',
  messages,
  temperature: 0,
  max_tokens: 24,
});
const one = shows(dataUrl('one.png'));
const two = shows(dataUrl('two.png'));
const question = user(said('What is'), one, said('?'));

async function answer(...messages: Message[]): Promise<string | null | undefined> {
  const { choices } = await openai.chat.completions.create(asked(...messages));
  return choices[0]?.message.content;
}

describe('a picture', () => {
  test('of a data URL is answered about, whole and streamed, and counts as tokens', async () => {
    const whole = await openai.chat.completions.create(asked(question));
    expect(whole.choices[0]?.message.content).toBe(textOf(expected.one));
    expect(whole.usage).toMatchObject({ prompt_tokens: 40, completion_tokens: 24 });
    let text = '';
    const stream = await openai.chat.completions.create({ ...asked(question), stream: true });
    for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
    expect(text).toBe(textOf(expected.one));
  });

  test('of a file is answered about until it is deleted, by its tenant alone', async () => {
    const file = new File([picture('one.png')], 'one.png');
    const { id } = await openai.files.create({ file, purpose: 'vision' });
    const shown = user(said('What is'), shows(id), said('?'));
    expect(await answer(shown)).toBe(textOf(expected.one));
    const param = 'messages.0.content.1.image_url.url';
    const missing = { status: 404, code: 'file_not_found', param };
    await expect(stranger.chat.completions.create(asked(shown))).rejects.toMatchObject(missing);
    await openai.files.delete(id);
    await expect(answer(shown)).rejects.toMatchObject(missing);
  });

  test('is one of two, in their order', async () => {
    expect(await answer(user(one, said(' or'), two))).toBe(textOf(expected.two));
    expect(await answer(user(two, said(' or'), one))).toBe(textOf(expected.swapped));
  });

  test('is of any size to a model that places its rows and columns', async () => {
    const ask = async (...content: Part[]) => {
      const request = { ...asked(user(...content)), model: 'placed' };
      const { choices, usage } = await openai.chat.completions.create(request);
      return [choices[0]?.message.content, usage?.prompt_tokens];
    };
    const answered = (name: 'grid-one' | 'grid-two') => [
      textOf(expected[name], 'qwen2-5-vl'),
      expected[name].promptTokens,
    ];
    expect(await ask(said('What is'), one, said('?'))).toEqual(answered('grid-one'));
    expect(await ask(one, said(' or'), two)).toEqual(answered('grid-two'));
    const film = { type: 'video_url', video_url: { url: 'data:video/mp4;base64,AAAA' } };
    await expect(ask(film as unknown as Part)).rejects.toMatchObject({
      status: 400,
      message: expect.stringContaining('must be text, image_url or file'),
    });
  });

  test('is answered about by a GGUF text with its projector as by the folder', async () => {
    const ask = async (model: string, ...content: Part[]) => {
      const request = { ...asked(user(...content)), model };
      const { choices, usage } = await openai.chat.completions.create(request);
      return [choices[0]?.message.content, usage?.prompt_tokens];
    };
    for (const model of ['seeing', 'placed'])
      for (const content of [
        [said('What is'), one, said('?')],
        [one, said(' or'), two],
      ])
        expect(await ask(`${model}-gguf`, ...content)).toEqual(await ask(model, ...content));
    expect(await ask('seeing-gguf', said('What is'), one, said('?'))).toEqual([
      textOf(expected.one),
      40,
    ]);
  });

  test('is known in the second turn', async () => {
    const cat: Message = { role: 'assistant', content: 'A cat' };
    expect(await answer(question, cat, user(said('Sure?')))).toBe(textOf(expected.turn));
  });

  test('is answered about several times at once', async () => {
    const { choices } = await openai.chat.completions.create({ ...asked(question), n: 3 });
    expect(choices.map(({ message }) => message.content)).toEqual(
      Array.from({ length: 3 }, () => textOf(expected.one)),
    );
  });

  test('is shown by the command', async () => {
    const path = join('test', 'golden', 'vision-chat', 'one.png');
    const options = ['--url', gateway.url, '--api-key', openai.apiKey ?? '', '--max-tokens', '24'];
    const ask = (file: string) =>
      execa('node', [
        'dist/cli/main.js',
        'chat',
        '--model',
        'seeing',
        '--image',
        file,
        ...options,
        'What',
      ]);
    expect((await ask(path)).stdout).toBe(await answer(user(one, said('What'))));
    await expect(ask('package.json')).rejects.toMatchObject({ exitCode: 2 });
  });
});

describe('a picture of a response', () => {
  const parts = (image: object): OpenAI.Responses.ResponseInput =>
    [
      {
        role: 'user',
        content: [
          { type: 'input_text', text: 'What is' },
          { type: 'input_image', ...image },
          { type: 'input_text', text: '?' },
        ],
      },
    ] as OpenAI.Responses.ResponseInput;
  const body = (image: object) => ({
    model: 'seeing',
    temperature: 0,
    max_output_tokens: 24,
    input: parts(image),
  });
  const uploaded = async () => {
    const file = new File([picture('one.png')], 'one.png');
    return (await openai.files.create({ file, purpose: 'vision' })).id;
  };

  test('of a data URL or a file is answered about, whole and streamed', async () => {
    const id = await uploaded();
    for (const image of [
      { image_url: dataUrl('one.png'), detail: 'auto' },
      { image_url: dataUrl('one.png') },
      { file_id: id, detail: 'high' },
      { image_url: id, file_id: null },
    ]) {
      const whole = await openai.responses.create(body(image));
      expect(whole.output_text).toBe(textOf(expected.one));
      expect(whole.usage).toMatchObject({ input_tokens: 40, output_tokens: 24 });
      let text = '';
      const stream = openai.responses.stream({ ...body(image), stream: true });
      stream.on('response.output_text.delta', ({ delta }) => (text += delta));
      const last = await stream.finalResponse();
      expect([text, last.output_text]).toEqual([whole.output_text, whole.output_text]);
      expect(last.usage).toMatchObject({ input_tokens: 40, output_tokens: 24 });
    }
    await openai.files.delete(id);
  });

  test('is known in the next turn, with what was said of it', async () => {
    const input = parts({ image_url: dataUrl('one.png') });
    const response = await openai.responses.create({
      ...body({}),
      input: [
        ...input,
        { role: 'assistant', content: 'A cat' },
        { role: 'user', content: [{ type: 'input_text', text: 'Sure?' }] },
      ],
    });
    expect(response.output_text).toBe(textOf(expected.turn));
  });

  const png = (bytes: Buffer): string => `data:image/png;base64,${bytes.toString('base64')}`;
  /** Chat has them in `image_url.url`. */
  test.each([
    ['an address', 'https://example.com/a.png', 'invalid_value'],
    ['one that is cut off', png(picture('one.png').subarray(0, 5000)), 'invalid_image'],
    ['another format', 'data:image/gif;base64,R0lGODlhAQABAAAAACw=', 'invalid_image'],
    ['a type that lies', dataUrl('one.png').replace('png', 'jpeg'), 'invalid_image'],
    ['no picture', png(Buffer.from('<svg/>')), 'invalid_image'],
    ['nothing', 'data:image/png;base64,', 'invalid_image'],
    ['no source', 'cat.png', 'invalid_value'],
    ['a file that is not there', 'file-none', 'file_not_found'],
  ])('is refused as that of a chat is, streamed, too: %s', async (_, url, code) => {
    const chat = await openai.chat.completions
      .create(asked(user(said('What is'), shows(url))))
      .catch((error: unknown) => error as InstanceType<typeof OpenAI.APIError>);
    const field = 'messages.0.content.1.image_url.url';
    expect(chat).toMatchObject({ code, param: field });
    const { status, message } = chat as InstanceType<typeof OpenAI.APIError>;
    for (const stream of [false, true])
      await expect(
        openai.responses.create({ ...body({ image_url: url }), stream } as ReturnType<typeof body>),
      ).rejects.toMatchObject({
        status,
        code,
        param: 'input.0.content.1.image_url',
        message: message.replace(field, 'input.0.content.1.image_url'),
      });
  });

  test('is refused to a model that does not see, and by what it is', async () => {
    const image = { image_url: dataUrl('one.png') };
    await expect(openai.responses.create({ ...body(image), model: 'blind' })).rejects.toMatchObject(
      {
        status: 400,
        code: 'model_without_vision',
        param: 'input.0.content.1.image_url',
      },
    );
    await expect(
      openai.responses.create(body({ type: 'image_url', ...image })),
    ).rejects.toMatchObject({
      status: 400,
      param: 'input.0.content.1.type',
      message: expect.stringContaining('must be input_text, output_text or input_image') as string,
    });
  });
});

test("a model's decoding is tuned on pictures beside the file", async () => {
  const rows = (['one.png', 'two.png'] as const).map((name) => ({
    question: 'What is it?',
    images: [name],
    answer: textOf(expected.one).slice(0, 4),
  }));
  const write = (name: string, content: Uint8Array | string) =>
    writeFileSync(join(folder.path, name), content);
  for (const { images } of rows) write(images[0]!, picture(images[0]!));
  write('rows.jsonl', rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  write('absent.jsonl', JSON.stringify({ ...rows[0], images: ['cat.png'] }));
  const line = 'decode tune --model seeing --apply --json --layers 1 --alphas 0.5'.split(' ');
  const options = ['--url', gateway.url, '--api-key', openai.apiKey ?? ''];
  const tune = (file: string) => {
    const data = ['--data', join(folder.path, file)];
    return execa('node', ['dist/cli/main.js', ...line, ...data, ...options]);
  };
  const { stdout, stderr } = await tune('rows.jsonl');
  expect(JSON.parse(stdout)).toMatchObject({
    rows: { tuning: 1, held_out: 1 },
    tokens: { tuning: 4, held_out: 4 },
    settings: [{ alpha: 0 }, { layers: [1, 1], alpha: 0.5 }],
  });
  expect(stderr).toContain('seeing.decoding.json');
  const { data } = await openai.files.list({ purpose: 'vision' });
  expect(data).toEqual([]);
  await expect(tune('absent.jsonl')).rejects.toMatchObject({
    stderr: expect.stringContaining('line 1, images: cat.png cannot be read') as string,
  });
});

describe('refused by the field', () => {
  const param = 'messages.0.content.1.image_url.url';
  const refused = (code: string) => ({ status: 400, code, param });
  const show = (url: string, model = 'seeing') =>
    openai.chat.completions.create({ ...asked(user(one, shows(url))), model });

  test('a damaged picture, and one whose pixels are too many', async () => {
    const cut = picture('one.png').subarray(0, 5000).toString('base64');
    await expect(show(`data:image/png;base64,${cut}`)).rejects.toMatchObject(
      refused('invalid_image'),
    );
    const bomb = Buffer.from(picture('one.png'));
    bomb.writeUInt32BE(60_000, 16);
    bomb.writeUInt32BE(60_000, 20);
    await expect(show(`data:image/png;base64,${bomb.toString('base64')}`)).rejects.toMatchObject(
      refused('invalid_image'),
    );
  });

  test('an address', async () => {
    await expect(show('http://127.0.0.1/cat.png')).rejects.toMatchObject(refused('invalid_value'));
  });

  test('any picture, to a model that does not see', async () => {
    await expect(show(dataUrl('two.png'), 'blind')).rejects.toMatchObject({
      ...refused('model_without_vision'),
      param: 'messages.0.content.0.image_url.url',
    });
  });

  test('more pictures than the context holds', async () => {
    const many = Array.from({ length: 9 }, () => one);
    await expect(answer(user(...many))).rejects.toMatchObject({
      status: 400,
      code: 'context_length_exceeded',
    });
  });
});
