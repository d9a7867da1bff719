// Pictures in requests: how they come, how far they go, and what is refused by which field.

import { createHash } from 'node:crypto';
import type OpenAI from 'openai';
import { beforeAll, describe, expect, test } from 'vitest';
import { png as wholePng } from '#images/testing/png-file.js';
import { dataSet, type TestTenant, useGateway } from '../../testing/gateway.js';
import { baseModel } from '../../testing/inference.js';

const gateway = useGateway(() => ({
  MAX_IMAGES: '3',
  MAX_IMAGE_BYTES: '1000',
  MAX_IMAGES_BYTES: '1500',
}));
let acme: TestTenant;
let other: TestTenant;

beforeAll(async () => {
  acme = await gateway.tenant('acme');
  other = await gateway.tenant('other');
});

type Part = OpenAI.ChatCompletionContentPart;
type Body = OpenAI.ChatCompletionCreateParamsNonStreaming;

/** Its first bytes are a picture's, and that is all. */
const png = (size = 20): Buffer =>
  Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.alloc(size - 8, size % 251)]);
/** What is uploaded is decoded. */
const whole = wholePng(1, 1, Buffer.alloc(4));
const dataUrl = (bytes: Buffer, type = 'image/png'): string =>
  `data:${type};base64,${bytes.toString('base64')}`;
const shows = (url: string, detail?: 'low'): Part => ({
  type: 'image_url',
  image_url: { url, ...(detail ? { detail } : {}) },
});
const said = (text: string): Part => ({ type: 'text', text });
const asked = (...content: Part[]): Body => ({
  model: baseModel,
  messages: [{ role: 'user', content }],
});
const upload = (tenant: TestTenant, bytes: Buffer) =>
  tenant.client.files.create({ file: new File([bytes], 'cat.png'), purpose: 'vision' });
const tokenized = (...content: Part[]) =>
  fetch(`${gateway.url}/tokenize`, {
    method: 'POST',
    headers: { authorization: `Bearer ${acme.key}`, 'content-type': 'application/json' },
    body: JSON.stringify(asked(...content)),
  });
const ask = (body: Body, tenant = acme) => tenant.client.chat.completions.create(body);

const FIELD = 'messages.0.content.0.image_url.url';

describe('pictures', () => {
  test('go with the call, in their order, from data URLs', async () => {
    const url = dataUrl(png());
    const { choices } = await ask(
      asked(said('what is'), shows(url, 'low'), said('and'), shows(url)),
    );
    expect(choices[0]?.message.content).toBe('base what is picture and picture');
    const [message] = gateway.inference.requests.at(-1)?.prompt?.chat?.messages ?? [];
    expect(message?.content).toBe('');
    expect(message?.parts).toMatchObject([
      { text: 'what is' },
      { image: { bytes: png(), type: 'image/png', detail: 'low' } },
      { text: 'and' },
      { image: { bytes: png(), detail: 'auto' } },
    ]);
  });

  test('are brought by one of several calls, and named by the others', async () => {
    const bytes = png(21);
    const shown = asked(said('what is'), shows(dataUrl(bytes)), said('?'));
    const { choices } = await ask({ ...shown, n: 3 });
    expect(choices.map(({ message }) => message.content)).toEqual(
      Array.from({ length: 3 }, () => 'base what is picture ?'),
    );
    const calls = gateway.inference.requests.slice(-3);
    const images = calls.map(({ prompt }) => prompt?.chat?.messages[0]?.parts[1]?.image);
    const known = createHash('sha256').update(bytes).digest('hex');
    const named = { known, type: 'image/png', detail: 'auto', source: 'known' };
    expect(images).toEqual([
      { bytes, type: 'image/png', detail: 'auto', source: 'bytes' },
      named,
      named,
    ]);
  });

  test('may be called image/jpg', async () => {
    const jpeg = Buffer.from('ffd8ffe000104a464946', 'hex');
    await ask(asked(shows(dataUrl(jpeg, 'image/jpg')), said('hm')));
    const [message] = gateway.inference.requests.at(-1)?.prompt?.chat?.messages ?? [];
    expect(message?.parts[0]).toMatchObject({ image: { bytes: jpeg, type: 'image/jpeg' } });
  });

  const base64 = png(90).toString('base64');
  test.each([
    ['a scheme in capitals', `DATA:IMAGE/PNG;BASE64,${base64}`],
    ['lines', `data:image/png;base64,${base64.replace(/.{20}/g, '$&\r\n')}\n`],
    ['blanks around it', ` data:image/png;base64, ${base64} `],
    ['parameters', `data:image/png;charset=utf-8; name=a.png;base64,${base64}`],
    ['the alphabet of addresses', `data:image/png;base64,${png(90).toString('base64url')}`],
  ])('may come in %s', async (_, url) => {
    await ask(asked(shows(url), said('hm')));
    const [message] = gateway.inference.requests.at(-1)?.prompt?.chat?.messages ?? [];
    expect(message?.parts[0]).toMatchObject({ image: { bytes: png(90), type: 'image/png' } });
  });

  test('may be asked to be seen as they are', async () => {
    const input = [
      {
        role: 'user',
        content: [{ type: 'input_image', image_url: dataUrl(png()), detail: 'original' }],
      },
    ] as OpenAI.Responses.ResponseInput;
    await acme.client.responses.create({ model: baseModel, input });
    const [message] = gateway.inference.requests.at(-1)?.prompt?.chat?.messages ?? [];
    expect(message?.parts[0]).toMatchObject({ image: { detail: 'high' } });
  });

  test('of files go by their artifacts', async () => {
    const { id, ...file } = await upload(acme, whole);
    expect(file).toMatchObject({ purpose: 'vision', bytes: whole.length, rows: 0 });
    await ask(asked(shows(id), { type: 'file', file: { file_id: id } }, said('hm')));
    const [message] = gateway.inference.requests.at(-1)?.prompt?.chat?.messages ?? [];
    const image = { file: { space: id, hash: expect.stringMatching(/^[0-9a-f]{64}$/) } };
    expect(message?.parts).toMatchObject([{ image }, { image }, { text: 'hm' }]);
    await expect(ask(asked(shows(id)), other)).rejects.toMatchObject({
      status: 404,
      code: 'file_not_found',
      param: FIELD,
    });
  });

  test('of responses, too', async () => {
    const { id } = await upload(acme, whole);
    const input: OpenAI.Responses.ResponseInput = [
      {
        role: 'user',
        content: [
          { type: 'input_text', text: 'see' },
          { type: 'input_image', image_url: dataUrl(png()), detail: 'high' },
          { type: 'input_image', file_id: id, detail: 'auto' },
        ],
      },
    ];
    const answer = await acme.client.responses.create({ model: baseModel, input });
    expect(answer.output_text).toBe('base see picture picture');
    const [message] = gateway.inference.requests.at(-1)?.prompt?.chat?.messages ?? [];
    expect(message?.parts[1]).toMatchObject({ image: { bytes: png(), detail: 'high' } });
    const wrong: OpenAI.Responses.ResponseInput = [
      {
        role: 'user',
        content: [{ type: 'input_image', file_id: id, image_url: id, detail: 'auto' }],
      },
    ];
    await expect(
      acme.client.responses.create({ model: baseModel, input: wrong }),
    ).rejects.toMatchObject({ status: 400, param: 'input.0.content.0.image_url' });
    await expect(
      acme.client.responses.create({
        model: baseModel,
        input,
        knowledge: {},
      } as object as Parameters<OpenAI['responses']['create']>[0]),
    ).rejects.toMatchObject({ status: 400 });
  });
});

describe('refused by the field', () => {
  const url = dataUrl(png());
  const wrong: [string, string, string][] = [
    ['an address', 'https://example.com/a.png', 'nothing is fetched'],
    ['another scheme', 'file:///etc/passwd', 'nothing is fetched'],
    ['no picture', 'cat.png', 'must be a data URL of a PNG'],
    [
      'a picture of another format',
      'data:image/svg+xml;base64,AAAA',
      'must be a data URL of image/png',
    ],
    ['a text', 'data:image/png,AAAA', 'must be a data URL of image/png'],
    ['broken base64', `${url}!?`, 'must be whole base64'],
    [
      'a sign that is none of base64',
      `data:image/png;base64,${png(21).toString('base64')}!`,
      'must be whole base64',
    ],
    ['nothing', 'data:image/png;base64,', 'has no bytes'],
    ['blanks alone', 'data:image/png;base64, \n', 'has no bytes'],
    [
      'parameters without base64',
      'data:image/png;charset=utf-8,AAAA',
      'must be a data URL of image/png',
    ],
    [
      'a type that lies',
      dataUrl(png(), 'image/jpeg'),
      'is said to be image/jpeg, and its bytes are image/png',
    ],
    ['bytes of no picture', dataUrl(Buffer.from('<svg/>')), 'its bytes are none of'],
    ['a large picture', dataUrl(png(1001)), 'at most 1000 are read'],
  ];
  test.each(wrong)('%s', async (_, source, message) => {
    const error = ask(asked(shows(source)));
    await expect(error).rejects.toMatchObject({ status: 400, param: FIELD });
    await expect(error).rejects.toThrow(message);
  });

  test.each([
    [{ type: 'image_url', image_url: url }, 'image_url', 'must be an object that has the url'],
    [{ type: 'image_url' }, 'image_url', 'must be an object that has the url'],
    [
      { type: 'image_url', image_url: { url, detail: '' } },
      'image_url.detail',
      'low, high or orig',
    ],
    [{ type: 'file', file: { file_data: url } }, 'file.file_data', 'show a picture as image_url'],
    [{ type: 'file', file: {} }, 'file.file_id', 'must be the id of a file'],
    [null, undefined, 'must be an object with a type'],
    ['cat.png', undefined, 'must be an object with a type'],
  ])('the part %j', async (part, field, message) => {
    const error = ask(asked(part as Part));
    const param = ['messages.0.content.0', field].filter((one) => one !== undefined).join('.');
    await expect(error).rejects.toMatchObject({ status: 400, param });
    await expect(error).rejects.toThrow(message);
  });

  test('too many pictures, or too many bytes', async () => {
    const all = Array.from({ length: 4 }, () => shows(url));
    await expect(ask(asked(...all))).rejects.toMatchObject({
      status: 400,
      param: 'messages.0.content.3.image_url.url',
    });
    const large = shows(dataUrl(png(800)));
    await expect(ask(asked(large, large))).rejects.toThrow('at most 1500 bytes are read together');
  });

  test('pictures of others than users, and in other parts', async () => {
    const parts = [shows(url)] as unknown as string;
    const messages: OpenAI.ChatCompletionMessageParam[] = [{ role: 'system', content: parts }];
    await expect(ask({ model: baseModel, messages })).rejects.toMatchObject({
      status: 400,
      param: 'messages.0.content.0.type',
    });
    const audio = { type: 'input_audio', input_audio: { data: '', format: 'wav' } } as const;
    await expect(ask(asked(audio))).rejects.toThrow('must be text, image_url or file');
  });

  test('what does not go with pictures', async () => {
    const tool = { type: 'function', function: { name: 'weather' } } as const;
    const beside: [string, object][] = [
      ['tools', { tools: [tool] }],
      ['prompt_logprobs', { prompt_logprobs: 0 }],
      ['decoding.strategy', { decoding: { strategy: 'cad', without: 'a' } }],
    ];
    for (const [param, fields] of beside)
      await expect(ask({ ...asked(shows(url)), ...fields })).rejects.toMatchObject({
        status: 400,
        param,
      });
    const knowledge = { knowledge: { knowledge_base: 'kb-none' } };
    await expect(ask({ ...asked(shows(url)), ...knowledge })).rejects.toMatchObject({
      status: 400,
      param: FIELD,
    });
  });

  test('a file of another purpose', async () => {
    const rows = await acme.client.files.create({
      file: dataSet([['q', 'a']]),
      purpose: 'fine-tune',
    });
    await expect(ask(asked(shows(rows.id)))).rejects.toThrow("expected one of purpose 'vision'");
    const picture = await upload(acme, whole);
    await expect(
      acme.client.fineTuning.jobs.create({
        model: baseModel,
        training_file: picture.id,
        method: { type: 'supervised' },
      }),
    ).rejects.toThrow("expected one of purpose 'fine-tune'");
  });

  test('what inference finds wrong', async () => {
    await expect(ask(asked(shows(url), said('blind')))).rejects.toMatchObject({
      status: 400,
      code: 'model_without_vision',
      param: FIELD,
      message: expect.stringContaining(`'${baseModel}' cannot be shown pictures`),
    });
    await expect(ask(asked(shows(url), shows(url), said('damaged')))).rejects.toMatchObject({
      status: 400,
      code: 'invalid_image',
      param: 'messages.0.content.1.image_url.url',
      message: expect.stringContaining('it ends too early'),
    });
  });

  test('a damaged one whose tokens are asked', async () => {
    const response = await tokenized(shows(url), shows(url), said('damaged'));
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      error: { param: 'messages.0.content.1.image_url.url', code: 'invalid_image' },
    });
  });
});

test('tokens of pictures are told as those of texts', async () => {
  const response = await tokenized(shows(dataUrl(png())), said('is what'));
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({ count: 3, tokens: [7, 3, 5] });
  const tooMany = await tokenized(...Array.from({ length: 4 }, () => shows(dataUrl(png()))));
  expect(tooMany.status).toBe(400);
});
