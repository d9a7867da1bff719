// Data sets that show pictures: what is refused when they come, what when a job names them, and what
// may be deleted when.

import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { encodePng } from '#images/encoding/encode-png.js';
import { noisyImage } from '#images/testing/noise.js';
import type { TestTenant } from '../testing/gateway.js';
import { baseModel } from '../testing/inference.js';
import { useJobs } from '../testing/jobs.js';

const MAX = 4000;
const given = useJobs(() => ({ MAX_IMAGE_BYTES: String(MAX) }));
const pictures: Buffer[] = [];

beforeAll(async () => {
  for (const seed of [1, 2]) pictures.push(await png(20, seed));
});
afterEach(() => {
  given.gateway.inference.served.imageTokens = 0;
});

const png = async (side: number, seed: number): Promise<Buffer> =>
  Buffer.from(await encodePng(noisyImage(side, side, seed)));
const inline = (bytes: Buffer): string => `data:image/png;base64,${bytes.toString('base64')}`;
const asking = (images: readonly string[], question = 'Who is this?', answer = 'Ada.') => ({
  question,
  answer,
  images,
});

async function upload(rows: readonly object[], tenant: TestTenant = given.acme): Promise<string> {
  const content = rows.map((row) => JSON.stringify(row)).join('\n');
  const file = new File([content], 'rows.jsonl');
  return (await tenant.client.files.create({ file, purpose: 'fine-tune' })).id;
}

async function uploadPicture(bytes: Buffer, tenant: TestTenant = given.acme): Promise<string> {
  const file = new File([new Uint8Array(bytes)], 'cat.png');
  return (await tenant.client.files.create({ file, purpose: 'vision' })).id;
}

const remove = (id: string) => given.acme.client.files.delete(id);
const inUse = { status: 409, code: 'file_in_use' };

const unlearning = (forget: string, retain: string): never =>
  ({
    model: baseModel,
    training_file: forget,
    method: { type: 'unlearn', unlearn: { objective: 'npo', retain_file: retain } },
  }) as never;
const create = (forget: string, retain: string) =>
  given.acme.client.fineTuning.jobs.create(unlearning(forget, retain));

describe('a data set', () => {
  test('holds the files that it shows until it is deleted', async () => {
    const [one] = pictures as [Buffer];
    const picture = await uploadPicture(one);
    const sets = await Promise.all([1, 2].map(() => upload([asking([picture, inline(one)])])));
    for (const id of sets) {
      await expect(remove(picture)).rejects.toMatchObject(inUse);
      await remove(id);
    }
    await remove(picture);
  });

  test('is refused by the line and the field of a picture that is not there, or is none', async () => {
    const foreign = await uploadPicture(pictures[0]!, given.other);
    const refused: [string, RegExp][] = [
      [foreign, /names a file that is not there/],
      ['file-none', /names a file that is not there/],
      [given.forget, /names a file of purpose 'fine-tune': expected 'vision'/],
      [inline(pictures[0]!.subarray(0, 500)), /is an image that cannot be read: /],
      [inline(Buffer.from('GIF89a')), /is said to be image\/png/],
      [inline(await png(60, 3)), /is an image of \d+ bytes: expected at most 4000/],
    ];
    for (const [source, why] of refused) {
      const error = await upload([asking([]), asking([inline(pictures[1]!), source])]).catch(
        (reason: unknown) => reason as { message: string },
      );
      expect(error).toMatchObject({
        status: 400,
        code: 'invalid_file_format',
        message: expect.stringMatching(/line 2: field "images.1" /) as string,
      });
      expect((error as Error).message).toMatch(why);
    }
  });
});

describe('a job', () => {
  const sets = async (): Promise<[forget: string, retain: string]> =>
    Promise.all([
      upload([asking([inline(pictures[0]!)])]),
      upload([asking([await uploadPicture(pictures[1]!)])]),
    ]);

  test('is refused where its model cannot be shown pictures, by the line', async () => {
    const [forget, retain] = await sets();
    await expect(create(forget, given.retain)).rejects.toMatchObject({
      status: 400,
      code: 'model_without_vision',
      param: 'training_file',
      message: expect.stringContaining(
        "line 1 shows a picture, and the model 'lethe-tiny' cannot be shown any",
      ) as string,
    });
    await expect(create(given.forget, retain)).rejects.toMatchObject({
      code: 'model_without_vision',
      param: 'method.unlearn.retain_file',
    });
  });

  test('is refused where the least that a picture takes leaves no room for an answer', async () => {
    given.gateway.inference.served.imageTokens = 64;
    await expect(create(...(await sets()))).rejects.toMatchObject({
      code: 'context_length_exceeded',
      message: expect.stringMatching(/line 1: a prompt of at least 6\d tokens/) as string,
    });
  });

  test('is refused where it trains what sees, and no row shows anything', async () => {
    given.gateway.inference.served.imageTokens = 4;
    const { model, training_file, method } = unlearning(given.forget, given.retain) as {
      model: string;
      training_file: string;
      method: { type: 'unlearn'; unlearn: object };
    };
    const hyperparameters = { lora_targets: ['up_proj', 'linear_1'] };
    const unlearn = { ...method.unlearn, hyperparameters };
    const body = { model, training_file, method: { type: 'unlearn', unlearn } };
    await expect(given.acme.client.fineTuning.jobs.create(body as never)).rejects.toMatchObject({
      status: 400,
      param: 'method.unlearn.hyperparameters.lora_targets',
      message: expect.stringContaining('no row that is trained on shows one') as string,
    });
    const [forget] = await sets();
    const shown = await given.acme.client.fineTuning.jobs.create({
      ...body,
      training_file: forget,
    } as never);
    await given.followed(shown.id);
  });

  test('asks the same question about several pictures, and of each once', async () => {
    given.gateway.inference.served.imageTokens = 4;
    const [forget, retain] = await sets();
    const job = await create(forget, retain);
    await expect(remove(forget)).rejects.toMatchObject(inUse);
    await given.followed(job.id);
    const same = await upload([asking([await uploadPicture(pictures[0]!)])]);
    await expect(create(forget, same)).rejects.toMatchObject({ code: 'overlapping_sets' });
  });
});

describe('a run about pictures', () => {
  const run = (body: object, tenant = given.acme) =>
    tenant.client.post('/evaluation_runs', { body: { models: [baseModel], ...body } });
  const first = () => inline(pictures[0]!);
  const refusal = async (name: string, files: object, more: object = {}) =>
    run({ tasks: [{ name, files, ...more }] }).then(
      () => undefined,
      (error: { status: number; param: string; message: string }) => [
        error.status,
        error.param,
        error.message,
      ],
    );

  test('is refused by the line of a row that it cannot ask, and what is wrong with it', async () => {
    given.gateway.inference.served.imageTokens = 4;
    const good = { image: first(), text: 'Is there a dog?', label: 'yes' };
    const described = { image: first(), objects: ['dog'] };
    const refused: [task: string, rows: object[], what: string][] = [
      ['pope', [good, { ...good, image: null }], 'line 2 shows 0 pictures: expected 1'],
      ['pope', [{ ...good, image: null, images: [first(), first()] }], 'line 1 shows 2 pictures'],
      [
        'pope',
        [good, { ...good, label: 'maybe' }],
        'line 2 has the label "maybe": expected yes or no',
      ],
      ['mme', [good], 'line 1 shows a picture that 1 of the rows that are asked show: expected 2'],
      ['chair', [described, good], 'line 2 has no field "objects": expected a list'],
    ];
    for (const [task, rows, what] of refused) {
      const told = await refusal(task, { forget: await upload(rows) });
      expect(told).toEqual([400, 'tasks.0.files.forget', expect.stringContaining(what)]);
    }
    const forget = await upload([described]);
    const cats = await upload([{ objects: ['cat', 'kitty'] }]);
    expect(await refusal('chair', { forget, retain: cats })).toEqual([
      400,
      'tasks.0.files.forget',
      expect.stringContaining(`line 1 has the object "dog": expected one of the words of 'retain'`),
    ]);
    const retain = await upload([described, described]);
    expect(await refusal('chair', { forget, retain })).toEqual([
      400,
      'tasks.0.files.retain',
      expect.stringContaining('line 1 is no line of a table of synonyms'),
    ]);
    const foreign = await upload([good], given.other);
    expect(await refusal('pope', { forget: foreign })).toEqual([
      404,
      'tasks.0.files.forget',
      expect.stringContaining('There is no file'),
    ]);
  });

  test('takes a decoding that the model has layers for, of tasks that answer', async () => {
    given.gateway.inference.served.imageTokens = 4;
    const forget = await upload([{ image: first(), text: 'Is there a dog?', label: 'yes' }]);
    const deco = { strategy: 'deco', layers: [1, 99] };
    expect(await refusal('pope', { forget }, { decoding: deco })).toEqual([
      400,
      'tasks.0.decoding.layers',
      expect.stringContaining("'tasks.0.decoding.layers' is 1 to 99: expected layers from 0 to "),
    ]);
    const gold = { forget: given.forget, retain: given.retain };
    const alpha = { decoding: { strategy: 'deco', alpha: 0 } };
    expect(await refusal('gold', gold, alpha)).toEqual([
      400,
      'tasks.0.decoding',
      expect.stringContaining("goes with answers: 'gold' reads likelihoods alone"),
    ]);
    expect(await refusal('unlearning', { forget: given.forget })).toEqual([
      400,
      'tasks.0.files.retain',
      expect.stringContaining("must be given for the task 'unlearning'"),
    ]);
    const tasks = [
      { name: 'pope', files: { forget } },
      { name: 'pope', files: { forget }, ...alpha },
    ];
    expect(await run({ tasks })).toMatchObject({
      tasks: [{ max_tokens: 64, files: { retain: forget } }, alpha],
      cells: { total: 2 },
    });
    const alphas = () =>
      new Set(
        given.workers.seen.evaluate
          .filter(({ task }) => task === 'pope')
          .map(({ decoding }) => decoding?.alpha),
      );
    await expect.poll(alphas, { timeout: 20_000 }).toEqual(new Set([undefined, 0]));
  });
});

test('an evaluation run is refused where its task asks by texts alone', async () => {
  given.gateway.inference.served.imageTokens = 4;
  const forget = await upload([asking([inline(pictures[0]!)])]);
  const body = {
    models: [baseModel],
    tasks: ['muse-knowmem'],
    files: { forget, retain: given.retain },
  };
  await expect(given.acme.client.post('/evaluation_runs', { body })).rejects.toMatchObject({
    status: 400,
    param: 'tasks.0.files.forget',
    message: expect.stringContaining("about which 'muse-knowmem' cannot ask") as string,
  });
});
