// lethe metrics chair, pope and mme: figures of the public scripts, and what is refused.

import { execa } from 'execa';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { sharedData } from '#testing/shared-data.js';
import { CommandError } from '../command-error.js';
import { chairReport } from './chair.js';
import { mmeReport } from './mme.js';
import { popeReport } from './pope.js';

const golden = fileURLToPath(new URL('../../../test/golden/hallucination/', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'lethe-hallucination-'));

function written(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

const jsonLines = (rows: readonly object[]): string =>
  rows.map((row) => JSON.stringify(row)).join('\n');

async function refusal(report: () => unknown): Promise<string> {
  const error: unknown = await Promise.resolve()
    .then(report)
    .catch((e: unknown) => e);
  expect(error).toBeInstanceOf(CommandError);
  return (error as CommandError).message;
}

const expected = JSON.parse(readFileSync(`${golden}expected.json`, 'utf8')) as {
  chair: Record<'answers' | 'baseline', { figures: Record<string, number> }>;
  mme: Record<string, number>;
};

describe('chair', () => {
  const given = {
    answers: `${golden}chair/answers.jsonl`,
    instances: [`${golden}chair/instances.json`],
    captions: [`${golden}chair/captions.json`],
    synonyms: `${golden}chair/synonyms.txt`,
  };
  const baseline = `${golden}chair/baseline.jsonl`;

  test("has chair.py's figures, of both", async () => {
    const { figures, answers, images } = await chairReport({ ...given, baseline });
    const names = { CHAIRs: 'CHAIRs', CHAIRi: 'CHAIRi', recall: 'Recall', words: 'Len' };
    for (const [ours, theirs] of Object.entries(names)) {
      const { answers: after, baseline: before } = expected.chair;
      expect(figures[ours]?.value, ours).toBeCloseTo(100 * after.figures[theirs]!, 9);
      expect(figures[ours]?.baseline, ours).toBeCloseTo(100 * before.figures[theirs]!, 9);
    }
    expect([answers, images]).toEqual([12, 12]);
  });

  test('finds image and caption by the names of several layouts', async () => {
    const { figures } = await chairReport(given);
    const rows = readFileSync(given.answers, 'utf8').trim().split('\n');
    const renamed = (change: (row: { image_id: number; caption: string }) => object) =>
      written('renamed.jsonl', jsonLines(rows.map((row) => change(JSON.parse(row)))));
    const layouts = [
      renamed((row) => ({ image: `COCO_val2014_000000000${row.image_id}.jpg`, text: row.caption })),
      renamed((row) => ({ id: row.image_id, response: row.caption })),
      renamed((row) => ({ question_id: String(row.image_id), answer: row.caption })),
    ];
    for (const answers of layouts)
      expect((await chairReport({ ...given, answers })).figures).toEqual(figures);
  });

  test('warns of a gain that comes with longer captions, and of names alone', async () => {
    const { synonyms: _, ...plain } = given;
    const { warnings } = await chairReport({ ...plain, baseline });
    expect(warnings).toEqual([
      expect.stringContaining('without --synonyms'),
      expect.stringMatching(/the gain in CHAIR.* comes with a shift of words by \+9\.1 \[/),
    ]);
  });

  test.each([
    ['{"image_id": 101, "caption": "a"}\n{"image_id": 102}', 'line 2: field "caption" is missing'],
    ['{"image": "COCO_val2014_000000000101.jpg", "text": 3}', 'line 1: field "text" must be text'],
    ['{"image_id": "x", "text": "a"}', 'line 1: field "image_id" must be'],
    ['{"image_id": 3.5, "text": "a"}', 'line 1: field "image_id" must be'],
    ['{"image_id": "1234567890123456", "text": "a"}', 'line 1: field "image_id" must be'],
    ['{"text": "a"}', 'expected image_id, image, question_id or id'],
    ['{"question_id": 7, "text": "a"}', 'image 7, of the answers, is not in'],
    ['{"image_id"', 'line 1: is not valid JSON'],
    ['', 'has no rows'],
  ])('names file, line and field of answers: %s', async (text, message) => {
    const answers = written('answers.jsonl', text);
    expect(await refusal(() => chairReport({ ...given, answers }))).toContain(message);
  });

  const coco = JSON.parse(readFileSync(`${golden}chair/instances.json`, 'utf8')) as {
    annotations: object[];
  };
  const [annotation, other] = coco.annotations;
  test.each([
    [{ annotations: [annotation, { ...other, image_id: '7' }] }, 'annotations.1, field "image_id"'],
    [{ categories: [] }, 'has no categories'],
    [{ categories: [{ id: 99, name: 'cat' }] }, 'annotations have category 1, of no name'],
    [{ annotations: [], categories: [{ id: 1, name: 'yeti' }] }, 'the category "yeti"'],
    [{ images: [{ id: 101 }] }, 'image 102, of the answers, is not in'],
  ])("names what is wrong with COCO's files: %j", async (change, message) => {
    const instances = [written('instances.json', JSON.stringify({ ...coco, ...change }))];
    expect(await refusal(() => chairReport({ ...given, instances }))).toContain(message);
  });

  test('names a file that is cut off, or another one', async () => {
    const of = (text: string) => {
      const captions = [written('captions.json', text)];
      return refusal(() => chairReport({ ...given, captions }));
    };
    expect(await of('{"annotations": [{"image_id": 1, "caption": ""}')).toContain('it has no end');
    expect(await of('{"annotations": []}')).toContain('captions.json has no annotations');
    expect(await of(JSON.stringify(coco))).toContain('annotations.0, field "caption"');
  });

  test('wants the same images of both', async () => {
    const [line = ''] = readFileSync(baseline, 'utf8').split('\n');
    const one = written('one.jsonl', line);
    expect(await refusal(() => chairReport({ ...given, baseline: one }))).toMatch(
      /image 102 is in .*answers\.jsonl and not in .*one\.jsonl/,
    );
  });
});

describe('mme', () => {
  test("has the eval tool's scores", () => {
    const { figures } = mmeReport({ answers: `${golden}mme`, baseline: `${golden}mme` });
    for (const [subtask, score] of Object.entries(expected.mme))
      expect(figures[`${subtask} score`]?.value, subtask).toBeCloseTo(score, 9);
    const total = Object.values(expected.mme).reduce((sum, score) => sum + score, 0);
    expect(figures['score']?.value).toBeCloseTo(total, 9);
    expect(figures['score']?.difference).toEqual({ value: 0, interval: [0, 0] });
    // "The image", "Unknown", "I am not sure" and "Well, yes": neither in the first four letters.
    expect(figures['other']?.value).toBeCloseTo(20, 9);
  });

  test.each([
    ['a\tb\tYes', 'count.txt: line 1: expected image, question, truth and answer'],
    ['\na\tb\tMaybe\tyes', 'count.txt: line 2, field "truth": expected yes or no, is "Maybe"'],
    ['a\tb\tYes\tyes', 'count.txt: image a has 1 questions, expected 2'],
  ])('names file, line and field: %j', async (text, message) => {
    written('count.txt', text);
    expect(await refusal(() => mmeReport({ answers: folder }))).toContain(message);
  });

  test('says what is not there', async () => {
    expect(await refusal(() => mmeReport({ answers: golden }))).toContain('none of existence.txt');
    written('count.txt', 'a\tb\tYes\tyes\na\tc\tNo\tno');
    const { warnings, figures } = mmeReport({ answers: folder });
    expect(figures['score']?.value).toBe(200);
    expect(warnings).toContainEqual(expect.stringContaining('color.txt does not exist'));
  });
});

describe('pope', () => {
  const questions = `${golden}pope/questions.jsonl`;
  const answers = `${golden}pope/answers.jsonl`;

  test('finds answers by their question, in any order, or by their place', async () => {
    const byPlace = await popeReport({ answers, questions });
    const rows = readFileSync(answers, 'utf8').trim().split('\n');
    const turned = rows.map((row, i) => ({ question_id: i + 1, text: JSON.parse(row).answer }));
    const file = written('turned.json', JSON.stringify(turned.toReversed()));
    expect(await popeReport({ answers: file, questions })).toEqual(byPlace);
    expect([byPlace.answers, byPlace.images]).toEqual([12, 4]);
  });

  const one = (id: number) => ({ question_id: id, text: 'yes' });
  const others = Array.from({ length: 12 }, () => ({ question: 'is it?', answer: 'yes' }));
  test.each([
    [[one(1), one(1)], 'there are two answers with question_id 1'],
    [[one(1)], 'has no answer'],
    [[one(99)], 'question_id 99 is none of'],
    [[{ answer: 'yes' }], 'has 1 answers without question_id'],
    [others, 'answer 1 is to "is it?", not to "Is there a dog'],
  ])('names answers that do not fit: %j', async (rows, message) => {
    const file = written('pope.jsonl', jsonLines(rows));
    expect(await refusal(() => popeReport({ answers: file, questions }))).toContain(message);
  });

  test('names a label that is none, in the copy of Hugging Face too', async () => {
    const row = { question_id: '1', question: 'Is it?', answer: 'maybe', image_source: 'a' };
    const file = written('labels.jsonl', jsonLines([row]));
    expect(await refusal(() => popeReport({ answers, questions: file }))).toContain(
      'line 1: field "answer" must be yes or no',
    );
  });

  const data = sharedData('pope');
  test.skipIf(!data).each(['random', 'popular', 'adversarial'])(
    'tells who never looks at an image: %s',
    async (split) => {
      const file = `${data}/coco_pope_${split}.json`;
      const rows = readFileSync(file, 'utf8').trim().split('\n');
      const saying = (text: string) =>
        written(`${text}.jsonl`, jsonLines(rows.map((row) => ({ ...JSON.parse(row), text }))));
      const report = await popeReport({
        questions: file,
        answers: saying('Yes'),
        baseline: saying('No'),
      });
      expect([report.answers, report.images]).toEqual([3000, 500]);
      const ofYes = { accuracy: 50, precision: 50, recall: 100, F1: 200 / 3, 'yes ratio': 100 };
      const ofNo = { accuracy: 50, precision: NaN, recall: 0, F1: 0, 'yes ratio': 0 };
      for (const [name, value] of Object.entries(ofYes))
        expect(report.figures[name]?.value, name).toBeCloseTo(value, 9);
      for (const [name, value] of Object.entries(ofNo))
        expect(report.figures[name]?.baseline, name).toEqual(value);
      expect(report.warnings).toEqual([
        expect.stringContaining('the gain in F1 comes with a shift of yes ratio by +100.0'),
      ]);
    },
  );
});

test('as a command: a table, notes beside it, JSON, and 2 for bad input', async () => {
  const main = fileURLToPath(new URL('../main.js', import.meta.url));
  const pope = (answers: string, ...more: string[]) => {
    const args = ['--questions', `${golden}pope/questions.jsonl`, '--answers', answers, ...more];
    return execa(process.execPath, [main, 'metrics', 'pope', ...args], {
      reject: false,
      env: { NO_COLOR: '1' },
    });
  };
  const { stdout } = await pope(`${golden}pope/answers.jsonl`);
  expect(stdout).toMatch(/^│ yes ratio +│ 66\.67 +│ \d+\.\d\d to \d+\.\d\d +│$/m);
  expect(stdout).toContain('12 answers about 4 images');
  const no = jsonLines(Array.from({ length: 12 }, () => ({ answer: 'no' })));
  const json = JSON.parse((await pope(written('no.jsonl', no), '--json')).stdout);
  expect(json.figures.precision).toEqual({ value: null, interval: [null, null] });
  expect(await pope('/no/answers.jsonl')).toMatchObject({
    exitCode: 2,
    stderr: 'error: /no/answers.jsonl does not exist',
  });
});
