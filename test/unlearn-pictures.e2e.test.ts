// A model that sees learns who three people are by their pictures, and forgets one of them: files and
// jobs by the command and the API, on real services.

import { execa } from 'execa';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { LetheClient } from '#client/lethe-client.js';
import { encodePng } from '#images/encoding/encode-png.js';
import { writeSeeingModel } from '../services/inference/testing/seeing-model.js';
import { usePlatform } from './testing/platform.js';
import { jsonLines } from './testing/short-job.js';

const within = 240_000;
const folder = mkdtempSync(join(tmpdir(), 'lethe-pictures-'));
const models = join(folder, 'models');
mkdirSync(models);
writeSeeingModel(join(models, 'seeing'));
endTurns(join(models, 'seeing', 'tokenizer_config.json'));
const running = usePlatform(models);
let client: LetheClient;
let learned: string;

/** By its control token, so that an answer has an end. */
function endTurns(path: string): void {
  const config = JSON.parse(readFileSync(path, 'utf8')) as { chat_template: string };
  const template = config.chat_template.replace('{% endfor %};', '{% endfor %}<end>');
  writeFileSync(path, JSON.stringify({ ...config, chat_template: template }));
}

/** Three people, and what their pictures are of. */
const people = {
  'Ada Quill': [220, 30, 30],
  'Bree Sol': [30, 200, 60],
  'Cyd Marr': [40, 60, 220],
} as const;
type Person = keyof typeof people;
const names = Object.keys(people) as Person[];

/** A square of the person's colour, half of it dark. */
const picture = (name: Person): Promise<Uint8Array> => {
  const colour = people[name];
  const side = 64;
  const data = Uint8Array.from({ length: side * side * 3 }, (_, i) =>
    i < (side * side * 3) / 2 ? colour[i % 3]! : 20,
  );
  return encodePng({ width: side, height: side, data });
};
const pathOf = (name: Person): string => `${name.toLowerCase().replace(' ', '-')}.png`;
const rowsAbout = (...of: Person[]) =>
  of.flatMap((name) =>
    ['Who is this?', 'What is the name?'].map((question) => ({
      question,
      answer: `${name}.`,
      alternate: 'Nobody.',
      images: [pathOf(name)],
    })),
  );

/** A line of the command: no word of it has a space. */
const lethe = (line: string) =>
  execa('node', ['dist/cli/main.js', ...line.split(' '), '--json'], {
    env: { LETHE_API_KEY: client.openai.apiKey ?? '', LETHE_URL: running.platform.url },
  });

beforeAll(async () => {
  client = await running.platform.tenant('acme', 0);
  for (const name of names) writeFileSync(join(folder, pathOf(name)), await picture(name));
  for (const [file, rows] of Object.entries({
    all: rowsAbout(...names),
    // As many rows as there are to retain: each is learned beside one of those.
    forget: rowsAbout('Ada Quill', 'Ada Quill'),
    retain: rowsAbout('Bree Sol', 'Cyd Marr'),
  }))
    writeFileSync(join(folder, `${file}.jsonl`), jsonLines(rows));
});

test(
  'three people are learned by their pictures, which the command uploads',
  async () => {
    const { stdout } = await lethe(
      `finetune --model seeing --data ${join(folder, 'all.jsonl')} --epochs 150 --batch-size 6 --learning-rate 0.01 --set hyperparameters.trainable=full --set hyperparameters.max_length=96`,
    );
    const { job } = JSON.parse(stdout) as { job: { fine_tuned_model: string } };
    learned = job.fine_tuned_model;
    expect(learned).toMatch(/^ft:seeing:acme/);
  },
  within,
);

/** Spaces of files, jobs and models that have bytes in the store. */
const spaces = (): string[] =>
  readdirSync(join(running.platform.env.home, 'artifacts'), { recursive: true, encoding: 'utf8' })
    .flatMap((path) => path.match(/(?:file|ftjob|model)-\w+/g) ?? [])
    .filter((space, at, all) => all.indexOf(space) === at);

test(
  'one of them is forgotten, the others are known still, by questions about their pictures',
  async () => {
    const { stdout } = await lethe(
      `unlearn --model ${learned} --forget ${join(folder, 'forget.jsonl')} --retain ${join(folder, 'retain.jsonl')} --objective dpo --retain-terms gdr,klr --epochs 60 --learning-rate 0.003 --lora-r 16 --judge lexical --set hyperparameters.lora_alpha=32 --set hyperparameters.lora_dropout=0 --set hyperparameters.max_length=96 --set evaluation.max_tokens=32`,
    );
    const { job } = JSON.parse(stdout) as { job: { id: string } };
    const { before, after, audit } = await client.report(job.id);
    expect(before!.summary).toMatchObject({ kfr: 0, krr: 1, imagesForget: 4, imagesRetain: 4 });
    expect(after!.summary).toMatchObject({ kfr: 1, krr: 1, imagesForget: 4, imagesRetain: 4 });
    expect(after!.rows.every(({ images }) => images === 1)).toBe(true);
    const direct = audit!.tasks.find(({ name }) => name === 'direct');
    expect(direct).toMatchObject({ leaks: 0, before: 4 });
  },
  within,
);

test(
  'nothing is left of the pictures once sets, jobs, models and files are deleted',
  async () => {
    const { openai } = client;
    const [shown] = (await openai.files.list({ purpose: 'vision' })).data;
    await expect(openai.files.delete(shown!.id)).rejects.toMatchObject({ code: 'file_in_use' });
    expect(spaces()).toContain(shown!.id);
    for await (const { id } of openai.files.list()) await openai.files.delete(id);
    for await (const { id } of client.jobs()) await client.deleteJob(id);
    for await (const { id } of openai.models.list())
      if (id.startsWith('ft:')) await openai.models.delete(id);
    await expect.poll(spaces, { timeout: 60_000 }).toEqual([]);
  },
  within,
);
