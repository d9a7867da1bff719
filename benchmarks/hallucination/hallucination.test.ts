// The harness on made-up pictures, with answers of a server of our own.

import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { LetheClient } from '#client/lethe-client.js';
import { type Answer, fails, useEndpoint } from '#testing/scripted-endpoint.js';
import { useTempFolder } from '#testing/temp-store.js';
import { reportError } from '../../cli/report-error.js';
import { harnessTables } from './harness-tables.js';
import { runOptions } from './options.js';
import { images, writeMadeUpCoco } from './testing/made-up.js';

interface Asked {
  readonly messages: readonly [
    { readonly role: string; readonly content: string },
    { readonly content: readonly [{ image_url: { url: string } }, { text: string }] },
  ];
  readonly max_tokens: number;
  readonly temperature: number;
  readonly decoding?: { readonly strategy: string; readonly layers: number[]; alpha: number };
}
const asAsked = (request: unknown): Asked => request as Asked;

/** Greedy sees a pizza in each, DeCo a dog; to a question greedy says yes, and DeCo no. */
const answers: Answer = (response, request) => {
  const { decoding, messages } = asAsked(request);
  const isGreedy = (decoding?.alpha ?? 0) === 0;
  const isDescription = messages[1].content[1].text.startsWith('Please');
  const chunk = (delta: object, finish_reason: string | null) =>
    `data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason }] })}\n\n`;
  const [caption, said] = isGreedy ? ['A dog eats a pizza.', 'Yes'] : ['A dog sits.', 'No'];
  response
    .writeHead(200, { 'content-type': 'text/event-stream' })
    .end(
      `${chunk({ content: isDescription ? caption : said }, null)}${chunk({}, 'stop')}data: [DONE]\n\n`,
    );
};

const endpoint = useEndpoint(answers);
const temp = useTempFolder();
let coco: string;
beforeAll(() => {
  coco = writeMadeUpCoco(join(temp.path, 'coco'));
});
beforeEach(() => rmSync(join(temp.path, 'out'), { recursive: true, force: true }));

const runHarness = (set: 'chair' | 'pope', ...more: string[]) => {
  const given = ['--model', 'm', '--coco', coco, '--set', set, '--out', join(temp.path, 'out')];
  const pope = ['--questions', join(coco, 'pope')];
  const url = new URL('/', endpoint.url).href;
  const { openai } = new LetheClient({ url, apiKey: 'k' });
  return harnessTables(openai, runOptions([...given, ...pope, ...more]));
};

const asked = () => endpoint.requests.map(asAsked);

test('CHAIR: three rows with the differences to greedy, beside what is published', async () => {
  const { tables, file } = await runHarness('chair');
  expect(readFileSync(file, 'utf8')).toBe(`${tables}\n`);
  const lines = tables.split('\n');
  expect(lines[0]).toBe(
    '|  | CHAIRs | CHAIRi | recall | words | CHAIRs, LLaVA-1.5 published | CHAIRi, LLaVA-1.5 published |',
  );
  // Six objects are there: a dog on each of five, and a car.
  const greedy = '100.0 (100.0 to 100.0) | 50.0 (50.0 to 50.0)';
  expect(lines[2]).toContain(`| greedy | ${greedy} | 83.3 (`);
  expect(lines[2]).toMatch(/\| 45\.0 \| 14\.7 \|$/);
  expect(lines[3]).toContain(`| the candidate mask alone (alpha 0) | ${greedy}`);
  expect(lines[3]).toMatch(/\| - \| - \|$/);
  expect(lines[4]).toContain('| DeCo | 0.0 (0.0 to 0.0) | 0.0 (0.0 to 0.0)');
  expect(lines[4]).toMatch(/\| 37\.8 \| 11\.1 \|$/);
  expect(tables).toContain('| DeCo | -100.0 (-100.0 to -100.0) | -50.0 (-50.0 to -50.0) |');
  expect(tables).toContain('5 answers about 5 images a row.');
  expect(tables).toContain('Warning: without --synonyms');
  expect(tables).toMatch(/Warning: DeCo: the gain in CHAIRs, CHAIRi comes with a shift of words/);
});

test('CHAIR by a table of synonyms, and with the annotations of train2014', async () => {
  const folder = writeMadeUpCoco(join(temp.path, 'with-train'));
  const json = (name: string, value: object): void =>
    writeFileSync(join(folder, 'annotations', name), JSON.stringify(value));
  const categories = [{ id: 3, name: 'pizza' }];
  json('instances_train2014.json', { images: [{ id: 9 }], categories, annotations: [] });
  // A picture of val2014 is in no file of train2014: here it shows that the file is read.
  json('captions_train2014.json', { annotations: [{ image_id: 42, caption: 'A pie.' }] });
  const synonyms = join(temp.path, 'synonyms.txt');
  writeFileSync(synonyms, 'dog, puppy\ncar\npizza, pie\n');
  const { tables } = await runHarness('chair', '--coco', folder, '--synonyms', synonyms);
  expect(tables).toMatch(/^\| greedy \| 80\.0 \(/m);
  expect(tables).not.toContain('without --synonyms');
});

test("asks as the paper's scripts do, with the picture's own bytes", async () => {
  await runHarness('chair', '--rows', 'deco', '--window', '19..26', '--alpha', '0.5');
  const [greedy] = asked();
  const deco = asked().at(-1);
  expect(greedy).toMatchObject({ temperature: 0, max_tokens: 512 });
  expect(greedy).not.toHaveProperty('decoding');
  expect(deco?.decoding).toEqual({ strategy: 'deco', layers: [19, 26], alpha: 0.5 });
  expect(greedy?.messages[0]).toMatchObject({ role: 'system' });
  const [{ image_url: picture }, { text }] = greedy!.messages[1].content;
  expect(text).toBe('Please describe this image in detail.');
  const first = readFileSync(join(coco, 'val2014/COCO_val2014_000000000042.jpg'));
  expect(picture.url).toBe(`data:image/jpeg;base64,${first.toString('base64')}`);
});

test('POPE: a table for each split; what several splits ask is asked once', async () => {
  const { tables } = await runHarness('pope', '--rows', 'deco');
  expect(tables.match(/^## .*/gm)).toEqual([
    '## coco_pope_random',
    '## coco_pope_popular',
    '## coco_pope_adversarial',
  ]);
  const [, header, , greedy, deco] = tables.split('\n').filter((line) => line !== '');
  expect(header).toBe('|  | accuracy | precision | recall | F1 | yes ratio | other |');
  expect(greedy).toMatch(/^\| greedy \| 50\.0 .* 50\.0 .* 100\.0 .* 66\.7 .* 100\.0 .* 0\.0 /);
  expect(deco).toMatch(/^\| DeCo \| 50\.0 \(.*\) \| - \| 0\.0 .* 0\.0 .* 0\.0 /);
  expect(endpoint.requests).toHaveLength(2 * 10);
  expect(asked().every(({ max_tokens: tokens }) => tokens === 5)).toBe(true);
});

test('goes on where it was broken off, and asks anew under other settings', async () => {
  endpoint.script = [answers, answers, answers, fails(400)];
  await expect(runHarness('chair', '--at-once', '1')).rejects.toThrow('400');
  const before = endpoint.requests.length;
  expect(before).toBe(4);
  endpoint.script = [answers];
  // As a crash leaves a line.
  const kept = join(temp.path, 'out/chair/m/kept/greedy.jsonl');
  const whole = readFileSync(kept, 'utf8');
  writeFileSync(kept, whole.slice(0, -20));
  await runHarness('chair');
  expect(endpoint.requests.length - before).toBe(3 * 5 - 2);
  await runHarness('chair');
  expect(endpoint.requests.length - before).toBe(3 * 5 - 2);
  await runHarness('chair', '--alpha', '0.5');
  expect(endpoint.requests.length - before).toBe(3 * 5 - 2 + 5);
});

test.each([429, 503])('asks again where the platform has no room (%d)', async (status) => {
  endpoint.script = [fails(status, { 'retry-after-ms': '1' }), answers];
  await runHarness('chair', '--rows', 'greedy');
  expect(endpoint.requests).toHaveLength(6);
});

test('an answer that breaks off is none', async () => {
  endpoint.script = [
    (response) => response.writeHead(200, { 'content-type': 'text/event-stream' }).end('\n\n'),
  ];
  await expect(runHarness('chair')).rejects.toThrow('broke off');
});

test('images by a seed, or by a file of ids', async () => {
  const askedBy = async (seed: string) => {
    const options = ['--rows', 'greedy', '--images', '3', '--seed', seed];
    expect((await runHarness('chair', ...options)).tables).toContain('about 3 images');
    return endpoint.requests.length;
  };
  expect(await askedBy('1')).toBe(3);
  // The same ones, which were answered before; another seed has others.
  expect(await askedBy('1')).toBe(3);
  expect(await askedBy('2')).toBeGreaterThan(3);
  const ids = join(temp.path, 'ids.txt');
  writeFileSync(ids, 'COCO_val2014_000000000139.jpg\n1000\n');
  expect((await runHarness('chair', '--ids', ids)).tables).toContain('about 2 images');
  writeFileSync(ids, '{"image_id": 73, "caption": "another\'s"}\n');
  expect((await runHarness('chair', '--ids', ids)).tables).toContain('about 1 images');
});

/** @returns what a command would say. */
async function refusal(run: () => unknown): Promise<string> {
  const said: string[] = [];
  const write = process.stderr.write;
  process.stderr.write = ((text: string) => said.push(text) > 0) as typeof write;
  try {
    await run();
  } catch (error) {
    reportError(error, false);
  } finally {
    process.stderr.write = write;
  }
  return said.join('');
}

test('names what is wrong before anything is asked', async () => {
  const ids = join(temp.path, 'wrong.txt');
  writeFileSync(ids, '42\n7\n');
  const chair = (...more: string[]) => refusal(() => runHarness('chair', ...more));
  expect(await chair('--ids', ids)).toMatch(/wrong\.txt: image 7 is not in .*instances_val2014/);
  writeFileSync(ids, '42\nforty\n');
  expect(await chair('--ids', ids)).toContain('line 2: expected the number of an image');
  expect(await chair('--coco', temp.path)).toContain(
    `${join(temp.path, 'val2014')} does not exist`,
  );
  expect(await chair('--synonyms', '/no/chair.py')).toContain('/no/chair.py does not exist');
  expect(await chair('--rows', 'greedy,best')).toContain('--rows: expected greedy, mask');
  expect(await chair('--window', '20-28')).toContain('--window: must be a first and a last layer');
  expect(await chair('--images', 'all')).toContain('--images: ');
  expect(await chair('--image', '3')).toContain('--image');
  const questions = join(temp.path, 'pope.json');
  writeFileSync(questions, '{"question_id": 1, "image": "../a.jpg", "text": "?", "label": "no"}');
  const pope = (given: string) => refusal(() => runHarness('pope', '--questions', given));
  expect(await pope(questions)).toContain('question 1, field "image": expected COCO_val2014_');
  expect(await pope('/no/pope')).toContain('/no/pope does not exist: --questions names');
  expect(await pope(temp.path)).toContain('has none of coco_pope_random.json');
  expect(endpoint.requests).toEqual([]);
});

test('names pictures that are missing, or none', async () => {
  const folder = writeMadeUpCoco(join(temp.path, 'damaged'));
  const picture = (image: number) =>
    join(folder, `val2014/COCO_val2014_${String(image).padStart(12, '0')}.jpg`);
  writeFileSync(picture(42), 'no picture');
  const run = () => refusal(() => runHarness('chair', '--coco', folder));
  expect(await run()).toContain(`${picture(42)} is no picture: expected image/png`);
  rmSync(picture(73));
  expect(await run()).toContain(
    `${picture(73)} does not exist: 1 of ${images.length} pictures are missing`,
  );
  expect(endpoint.requests).toEqual([]);
});

test('says what the platform says of a model that does not see', async () => {
  const message = 'the model lethe-tiny does not see';
  endpoint.script = [fails(400, {}, message)];
  expect(await refusal(() => runHarness('chair'))).toContain(message);
  expect(endpoint.requests).toHaveLength(1);
});
