import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { dataSet, type TestTenant, useGateway } from '../testing/gateway.js';

const maxBytes = 200_000;
const gateway = useGateway(() => ({ MAX_UPLOAD_BYTES: String(maxBytes) }));
let acme: TestTenant;
let other: TestTenant;

beforeAll(async () => {
  acme = await gateway.tenant('acme');
  other = await gateway.tenant('other');
});

const upload = (file: File, purpose = 'fine-tune') =>
  acme.client.files.create({ file, purpose: purpose as 'fine-tune' });
const text = (content: string) => new File([content], 'data.jsonl');

describe('files', () => {
  test('are stored, read back, paged and deleted', async () => {
    const one = await upload(dataSet([['q1', 'a1']], 'one.jsonl'));
    expect(one).toMatchObject({
      object: 'file',
      filename: 'one.jsonl',
      purpose: 'fine-tune',
      status: 'processed',
      rows: 1,
      bytes: 32,
    });
    const two = await upload(dataSet([['q2', 'a2']], 'two.jsonl'));
    const three = await upload(
      dataSet(
        [
          ['q3', 'ä'],
          ['q4', 'a4'],
        ],
        'three.jsonl',
      ),
    );
    expect(await (await acme.client.files.content(three.id)).text()).toBe(
      '{"question":"q3","answer":"ä"}\n{"question":"q4","answer":"a4"}\n',
    );

    const page = await acme.client.files.list({ limit: 2 });
    expect(page.data.map((file) => file.id)).toEqual([three.id, two.id]);
    expect(page.has_more).toBe(true);
    const all = [];
    for await (const file of acme.client.files.list({ limit: 1, order: 'asc' })) all.push(file.id);
    expect(all).toEqual([one.id, two.id, three.id]);
    await expect(acme.client.files.list({ after: 'file-none' })).rejects.toMatchObject({
      status: 400,
      param: 'after',
    });

    expect(await acme.client.files.delete(one.id)).toEqual({
      id: one.id,
      object: 'file',
      deleted: true,
    });
    await expect(acme.client.files.retrieve(one.id)).rejects.toMatchObject({ status: 404 });
  });

  test('of another tenant do not exist', async () => {
    const { id } = await upload(dataSet([['mine', 'mine']]));
    const attempts = [
      () => other.client.files.retrieve(id),
      () => other.client.files.content(id),
      () => other.client.files.delete(id),
    ];
    for (const attempt of attempts)
      await expect(attempt()).rejects.toMatchObject({ status: 404, code: 'file_not_found' });
    expect((await other.client.files.list()).data).toEqual([]);
    expect((await acme.client.files.retrieve(id)).id).toBe(id);
  });

  test('keep their bytes while another file has the same', async () => {
    const rows = [['same', 'same']] as const;
    const [first, second] = [await upload(dataSet([...rows])), await upload(dataSet([...rows]))];
    await acme.client.files.delete(first.id);
    expect(await (await acme.client.files.content(second.id)).text()).toContain('same');
  });

  test('whose bytes are lost say so', async () => {
    const { id } = await upload(dataSet([['lost', 'lost']]));
    await rm(join(gateway.environment().ARTIFACTS!, acme.id, id, 'objects'), {
      recursive: true,
    });
    await expect(acme.client.files.content(id)).rejects.toMatchObject({
      status: 410,
      code: 'artifact_lost',
    });
  });

  test.each([
    ['{"question":"q","answer":"a"}\n{"question":"q",', 'line 2: is not valid JSON'],
    ['{"question":"q","answer":"a"}\n\n{"question":"q"}\n', 'line 3: field "answer"'],
    ['{"question":"q","answer":" "}', 'line 1: field "answer" must not be empty'],
    ['"just text"', 'line 1: must be a JSON object'],
  ])('that cannot be read are refused by line, and not kept: %j', async (content, message) => {
    const before = await stored();
    await expect(upload(text(content))).rejects.toMatchObject({
      status: 400,
      param: 'file',
      code: 'invalid_file_format',
      message: expect.stringContaining(message),
    });
    expect(await stored()).toEqual(before);
  });

  test.each(['', '\n \n', '[]'])('without a row are refused, and not kept: %j', async (content) => {
    const before = await stored();
    await expect(upload(text(content))).rejects.toMatchObject({
      status: 400,
      param: 'file',
      code: 'empty_file',
    });
    expect(await stored()).toEqual(before);
  });

  test('leave nothing when they are deleted', async () => {
    const rows = Array.from({ length: 300 }, (_, i) => [`row ${i}`, `answer ${i}`] as const);
    const before = await stored();
    const first = await upload(dataSet(rows));
    const kept = await stored();
    const longer = await upload(dataSet([...rows, ['one more', 'answer']]));
    await acme.client.files.delete(longer.id);
    expect(await stored()).toEqual(kept);
    await acme.client.files.delete(first.id);
    expect(await stored()).toEqual(before);
  });

  test('are forgotten by inference, too, before their deletion is answered', async () => {
    const { id } = await upload(dataSet([['asked', 'answered']]));
    const { forgotten } = gateway.inference;
    forgotten.length = 0;
    await acme.client.files.delete(id);
    // Twice where the pass over all erasures comes by meanwhile.
    expect(new Set(forgotten)).toEqual(new Set([acme.id]));
  });

  test('that are not text are refused', async () => {
    await expect(upload(new File([new Uint8Array([0xff, 0xfe, 0x00])], 'x'))).rejects.toMatchObject(
      { status: 400, param: 'file' },
    );
  });

  test('have one purpose', async () => {
    await expect(upload(dataSet([['p', 'p']]), 'assistants')).rejects.toMatchObject({
      status: 400,
      param: 'purpose',
    });
  });

  test('have a largest size', async () => {
    const before = await stored();
    const large = dataSet(
      Array.from({ length: 40_000 }, (_, index) => [`question ${index}`, 'answer'] as const),
    );
    await expect(upload(large)).rejects.toMatchObject({
      status: 413,
      param: 'file',
      code: 'file_too_large',
      message: expect.stringContaining(String(maxBytes)),
    });
    expect(await stored()).toEqual(before);
  });

  test('come as multipart with both fields', async () => {
    const send = (body: FormData | string) =>
      fetch(`${gateway.url}/v1/files`, {
        method: 'POST',
        headers: { authorization: `Bearer ${acme.key}` },
        body,
      });
    const purposeOnly = new FormData();
    purposeOnly.set('purpose', 'fine-tune');
    const fileOnly = new FormData();
    fileOnly.set('file', dataSet([['f', 'f']]));
    const misnamed = new FormData();
    misnamed.set('dokument', dataSet([['f', 'f']]));
    for (const [body, param] of [
      [purposeOnly, 'file'],
      [fileOnly, 'purpose'],
      [misnamed, 'file'],
    ] as const) {
      const response = await send(body);
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ error: { param } });
    }
    expect((await send('text')).status).toBe(415);
  });
});

/** Everything in the artifact store of the tenant. */
async function stored(): Promise<string[]> {
  const folder = join(gateway.environment().ARTIFACTS!, acme.id);
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name)
    .toSorted();
}
