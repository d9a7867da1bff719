// A model that sees learns who three people are by their pictures, and forgets one of them: files and
// jobs by the command and the API, on real services.

import { execa } from 'execa';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
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
    forget: rowsAbout('Ada Quill'),
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
