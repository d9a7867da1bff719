// What clients send that is odd: each gets an answer of its own, never a 500.

import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import { dataSet, type TestTenant, useGateway } from '../testing/gateway.js';
import { baseModel } from '../testing/inference.js';

const gateway = useGateway();
let acme: TestTenant;
let file: string;
beforeAll(async () => {
  acme = await gateway.tenant('acme');
  file = (await acme.client.files.create({ file: dataSet([['q', 'a']]), purpose: 'fine-tune' })).id;
});

interface Answer {
  status: number;
  allow: string | undefined;
  body: { error?: { param: string | null; code: string | null; message: string } };
}

async function send(
  method: string,
  path: string,
  body?: string | Buffer,
  type = 'application/json',
  more: object = {},
): Promise<Answer> {
  const { hostname, port } = new URL(gateway.url);
  return new Promise((resolve, reject) => {
    const headers = {
      authorization: `Bearer ${acme.key}`,
      'content-type': type,
      'content-length': Buffer.byteLength(body ?? ''),
      ...more,
    };
    const request = httpRequest({ hostname, port, method, path, headers }, (response) => {
      let text = '';
      response.on('data', (chunk) => (text += chunk));
      response.on('end', () =>
        resolve({
          status: response.statusCode!,
          allow: response.headers.allow,
          body: JSON.parse(text) as Answer['body'],
        }),
      );
    });
    request.on('error', reject);
    request.end(body);
  });
}

const job = (changes: object): string =>
  JSON.stringify({ model: baseModel, training_file: file, ...changes });
const post = (changes: object): Promise<Answer> =>
  send('POST', '/v1/fine_tuning/jobs', job(changes));

describe('ids', () => {
  const kinds = ['files', 'fine_tuning/jobs', 'models'];
  const odd = ['%00', 'a%00b', 'constructor', '__proto__', 'toString', '%ED%A0%80', '%20', '..%2f'];
  test.each(kinds.flatMap((kind) => odd.map((id) => [kind, id])))('/v1/%s/%s', async (kind, id) => {
    for (const method of ['GET', 'DELETE'])
      expect((await send(method, `/v1/${kind}/${id}`)).status).toBeOneOf([400, 404]);
    expect((await send('GET', `/v1/${kind}?after=${id}`)).status).toBeOneOf([200, 400, 404]);
  });

  test.each(odd)('of a file of a model: %s', async (id) => {
    expect((await send('GET', `/v1/models/${baseModel}/files/${id}`)).status).toBeOneOf([400, 404]);
  });
});

test.each(['%00', '%ED%A0%80', 'a%20b', 'x'.repeat(65)])(
  'files of the purpose %s are refused',
  async (purpose) => {
    expect((await send('GET', `/v1/files?purpose=${purpose}`)).status).toBe(400);
  },
);

describe('bodies', () => {
  test('that are empty, though JSON is said to come, are none', async () => {
    expect((await send('DELETE', `/v1/files/none`, '')).status).toBe(404);
    expect((await send('POST', `/v1/fine_tuning/jobs/none/cancel`, '')).status).toBe(404);
    expect((await send('POST', `/v1/fine_tuning/jobs`, '')).status).toBe(400);
  });

  test.each(['{', '[]', 'null', '"x"', '{"__proto__":{"x":1}}'])('%s', async (body) => {
    expect((await send('POST', '/v1/fine_tuning/jobs', body)).status).toBe(400);
    expect((await send('POST', '/v1/chat/completions', body)).status).toBe(400);
  });

  test.each([
    ['without a boundary', 'multipart/form-data', 'x'],
    [
      'without an end',
      'multipart/form-data; boundary=b',
      '--b\r\ncontent-disposition: form-data; name="file"; filename="f"\r\n\r\nx',
    ],
    ['of nothing', 'multipart/form-data; boundary=b', ''],
    [
      'of a long file without an end',
      'multipart/form-data; boundary=b',
      `--b\r\ncontent-disposition: form-data; name="file"; filename="f"\r\n\r\n${'x'.repeat(200_000)}`,
    ],
    ['of a boundary of 300 characters', `multipart/form-data; boundary=${'x'.repeat(300)}`, 'x'],
    [
      'of a part without a name',
      'multipart/form-data; boundary=b',
      '--b\r\ncontent-disposition: form-data\r\n\r\nx\r\n--b--\r\n',
    ],
    [
      'of a file without a name',
      'multipart/form-data; boundary=b',
      '--b\r\ncontent-disposition: form-data; filename="f"\r\n\r\nx\r\n--b--\r\n',
    ],
    ['of another boundary', 'multipart/form-data; boundary=b', '--c\r\n\r\nx\r\n--c--\r\n'],
  ])('multipart %s', async (_, type, body) => {
    expect((await send('POST', '/v1/files', body, type)).status).toBe(400);
  });
});

describe('a body that is not read says so', () => {
  const PATHS = [
    '/v1/chat/completions',
    '/v1/completions',
    '/v1/responses',
    '/v1/embeddings',
    '/tokenize',
  ];
  const body = JSON.stringify({ model: baseModel });
  test.each(PATHS)('%s', async (path) => {
    const told = async (...more: [body: string | Buffer, type?: string, headers?: object]) => {
      const { status, body: answer } = await send('POST', path, ...more);
      return [status, answer.error?.code, answer.error?.message];
    };
    expect(await told(body, 'text/plain')).toEqual([
      415,
      'unsupported_media_type',
      "A body of the type 'text/plain' is not read: send application/json, or a file as multipart/form-data.",
    ]);
    for (const type of ['', 'application/x-www-form-urlencoded', 'application/vnd.api+json'])
      expect((await told(body, type)).slice(0, 2)).toEqual([415, 'unsupported_media_type']);
    const gzip = { 'content-encoding': 'gzip' };
    for (const sent of [gzipSync(body), body])
      expect(await told(sent, 'application/json', gzip)).toEqual([
        415,
        'unsupported_media_type',
        "A body in 'gzip' is not read: send it as it is.",
      ]);
    for (const sent of ['{"model":', '{"model":NaN}', Buffer.from(body, 'utf16le')])
      expect(await told(sent)).toEqual([
        400,
        'invalid_json',
        'The body is not valid JSON in UTF-8.',
      ]);
    for (const sent of ['{"__proto__":{"x":1}}', '{"constructor":{"prototype":{}}}'])
      expect(await told(sent)).toEqual([
        400,
        'invalid_json',
        expect.stringContaining("a key that is not taken: '__proto__'"),
      ]);
    // Its fields are what is wrong.
    const identity = { 'content-encoding': 'identity' };
    for (const type of ['application/json; charset=utf-8', 'Application/JSON'])
      expect((await told(body, type, identity))[0]).toBe(400);
    expect((await told('', 'text/plain'))[0]).toBe(400);
  });
});

describe('an empty prompt is refused by its field', () => {
  test.each([
    ['/v1/completions', { prompt: '' }, 'prompt'],
    ['/v1/completions', { prompt: ['a', ''] }, 'prompt.1'],
    ['/v1/embeddings', { input: '' }, 'input'],
    ['/tokenize', { prompt: '' }, 'prompt'],
  ])('%s %j', async (path, body, param) => {
    const answer = await send('POST', path, JSON.stringify({ model: baseModel, ...body }));
    expect(answer.status).toBe(400);
    const message = `'${param}' is not valid: must not be empty (got "").`;
    expect(answer.body.error).toMatchObject({ param, message });
  });
});

describe('what has no route is refused as all else', () => {
  const shape = { type: 'invalid_request_error', param: null, code: null };
  test.each([
    ['a broken escape', '/v1/models/%zz', 400, /not a valid URL/],
    ['a long name', `/v1/models/${'a'.repeat(5000)}`, 414, /a name that is too long/],
    ['an unknown path', '/v1/nothing', 404, /Cannot GET/],
  ])('%s', async (_, path, status, message) => {
    const answer = await send('GET', path);
    expect(answer.status).toBe(status);
    expect(answer.body.error).toMatchObject({ ...shape, message: expect.stringMatching(message) });
  });

  test.each([
    ['PUT', '/v1/models', 'GET, HEAD'],
    ['GET', '/v1/chat/completions', 'POST'],
    ['PATCH', '/v1/files/none', 'DELETE, GET, HEAD'],
    ['DELETE', `/v1/models/${'a'.repeat(300)}/files/x`, 'GET, HEAD'],
    ['POST', '/health?x=1', 'GET, HEAD'],
  ])('%s of a path that has other methods: %s', async (method, path, allowed) => {
    const answer = await send(method, path, method === 'GET' ? undefined : '{}');
    expect(answer.status).toBe(405);
    expect(answer.allow?.split(', ').toSorted().join(', ')).toBe(allowed);
    const message = expect.stringMatching(`^${method} is none of the methods of this path: `);
    expect(answer.body.error).toMatchObject({ ...shape, code: 'method_not_allowed', message });
  });

  test('headers that are too large, and what is no request', async () => {
    const large = await send('GET', '/v1/models', '', '', { 'x-long': 'a'.repeat(20_000) });
    expect(large.status).toBe(431);
    expect(large.body.error).toMatchObject({ ...shape, message: 'The headers are too large.' });
    const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1');
    socket.write('NONSENSE\r\n\r\n');
    const answer = (await socket.setEncoding('utf8').toArray()).join('');
    expect(answer).toMatch(/^HTTP\/1.1 400 Bad Request\r\n/);
    expect(JSON.parse(answer.slice(answer.indexOf('{')))).toEqual({
      error: { ...shape, message: 'This is not a valid HTTP request.' },
    });
  });
});

describe('a part of an upload that is none of form-data', () => {
  const edge = 'multipart/form-data; boundary=b';
  const purpose = '--b\r\ncontent-disposition: form-data; name="purpose"\r\n\r\nfine-tune\r\n';
  const whole = (header: string, size: number): string =>
    `--b\r\n${header}\r\n\r\n${'x'.repeat(size)}\r\n${purpose}--b--\r\n`;

  test.each([
    'content-disposition: attachment; name="file"; filename="f"',
    'content-disposition: form-data; name="fi\nle"',
    'content-type: text/plain',
  ])('is skipped, however long it is: %j', async (header) => {
    for (const size of [0, 16_384, 17_000, 60_000, 150_000, 300_000, 3_000_000]) {
      const { status, body } = await send('POST', '/v1/files', whole(header, size), edge);
      expect(status).toBe(400);
      expect(body.error).toMatchObject({ param: 'file', message: "The field 'file' is missing." });
    }
  });
});

describe('a job', () => {
  test.each([
    [{ metadata: { a: 'x\0' } }, 'metadata.a'],
    [{ metadata: { a: '\ud800' } }, 'metadata.a'],
    [{ metadata: { a: 'x'.repeat(513) } }, 'metadata.a'],
    [{ metadata: { ['k'.repeat(65)]: 'x' } }, `metadata.${'k'.repeat(65)}`],
    [
      { metadata: Object.fromEntries(Array.from({ length: 17 }, (_v, i) => [`k${i}`, 'x'])) },
      'metadata',
    ],
    [{ validation_file: 'file-none' }, 'validation_file'],
    [{ integrations: [{ type: 'wandb' }] }, 'integrations'],
    [{ hyperparameters: { n_epochs: 1 }, method: { type: 'supervised' } }, 'hyperparameters'],
    [{ hyperparameters: { n_epochs: 'many' } }, 'method.supervised.hyperparameters.n_epochs'],
    [{ n_epochs: 1 }, 'n_epochs'],
    [{ model: 'a\0b' }, 'model'],
    [{ training_file: 'a\0b' }, 'training_file'],
  ])('with %j is refused by name', async (changes, param) => {
    const { status, body } = await post(changes);
    expect(status).toBeOneOf([400, 404]);
    expect(body.error?.param).toBe(param);
  });

  test('takes null as absent, and hyperparameters in the older form', async () => {
    const nothing = {
      suffix: null,
      seed: null,
      metadata: null,
      method: null,
      validation_file: null,
    };
    expect((await post({ ...nothing, integrations: [] })).status).toBe(200);
    const older = await post({ hyperparameters: { n_epochs: 1, batch_size: 'auto' } });
    expect(older.body).toMatchObject({
      method: { supervised: { hyperparameters: { n_epochs: 1, batch_size: 4 } } },
    });
  });
});

describe('the name of a file', () => {
  const upload = (name: string): Promise<unknown> =>
    acme.client.files.create({ file: dataSet([['q', 'a']], name), purpose: 'fine-tune' });

  test.each(['a\u001b[31m.jsonl', 'a\u0007', 'x'.repeat(256), 'ä'.repeat(128), 'a\u0085b'])(
    '%j is refused',
    async (name) => {
      await expect(upload(name)).rejects.toMatchObject({ status: 400, param: 'file' });
    },
  );

  test.each(['x'.repeat(255), 'Müller 1.jsonl', '数据.jsonl', '👋.jsonl'])(
    '%j is kept',
    async (name) => {
      expect(await upload(name)).toMatchObject({ filename: name });
    },
  );
});
