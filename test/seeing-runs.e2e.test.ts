// Evaluation runs about pictures, by the command, on real services: CHAIR and POPE of the built-in
// model that sees, greedily with its prior, by DeCo's candidate mask alone, and by DeCo.

import { execa } from 'execa';
import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { LetheClient } from '#client/lethe-client.js';
import type { EvaluationCell, EvaluationComparison, EvaluationRun } from '#client/types.js';
import type { BenchmarkRow } from '#contracts/cells.js';
import { chairCounts, chairFigures } from '#metrics/hallucination/chair/chair.js';
import { objectReader } from '#metrics/hallucination/chair/objects.js';
import { namesAlone } from '#metrics/hallucination/chair/synonyms.js';
import { measured } from '#metrics/hallucination/paired.js';
import { objectNames } from '../models/lethe-tiny-vl/scenes/objects.js';
import { exhibitsIn, filesOf } from '../scripts/demo/vision/exhibits.js';
import { mergePrior } from '../scripts/demo/vision/prior.js';
import { model, priorModel } from '../scripts/demo/vision/ways.js';
import { usePlatform } from './testing/platform.js';

const within = 300_000;
const PICTURES = 12;
const folder = mkdtempSync(join(tmpdir(), 'lethe-seeing-'));
const models = join(folder, 'models');
mkdirSync(models);
symlinkSync(join(process.cwd(), 'models', model), join(models, model));
const files = filesOf(folder);
const pictures = join(folder, 'pictures');
await mergePrior(models);
const running = usePlatform(models);
let client: LetheClient;

/** Lines of a command: no word of them has a space. */
const lethe = async <T>(...lines: string[]): Promise<T> => {
  const words = lines.flatMap((line) => line.split(' '));
  const { stdout } = await execa('node', ['dist/cli/main.js', ...words, '--json'], {
    env: { LETHE_API_KEY: client.openai.apiKey ?? '', LETHE_URL: running.platform.url },
  });
  return JSON.parse(stdout) as T;
};

type Ended = EvaluationRun & { readonly data: readonly EvaluationCell[] };
type Row = BenchmarkRow & { readonly task_index: number };
const rowsOf = async (run: Ended, index: number): Promise<Row[]> => {
  const lines = (await (await client.runResults(run.id)).text()).trim().split('\n');
  return lines.map((line) => JSON.parse(line) as Row).filter((row) => row.task_index === index);
};

beforeAll(async () => {
  client = await running.platform.tenant('acme', 0);
  await exhibitsIn(folder, PICTURES);
});

test(
  'CHAIR: the figures are those of the answers, DeCo sees what greedy decoding does not',
  async () => {
    const coco = `--instances ${files.instances} --captions ${files.captions}`;
    const line = `dist/cli/main.js eval chair-rows --images ${pictures} ${coco}`;
    const { stdout } = await execa('node', line.split(' '));
    const rows = join(folder, 'chair.jsonl');
    writeFileSync(rows, stdout);
    const run = await lethe<Ended>(
      `eval run --models ${priorModel} --tasks chair --forget ${rows} --images ${pictures}`,
      `--synonyms ${files.synonyms} --max-tokens 96 --decoding none`,
      '--decoding deco,layers=5-6,alpha=0 --decoding deco,layers=5-6,alpha=0.6',
    );
    const read = objectReader(namesAlone(objectNames));
    for (const { figures, task_index: index } of run.data) {
      const answered = await rowsOf(run, index);
      expect(answered).toHaveLength(PICTURES);
      const images = answered.map(({ answer, gold }) =>
        chairCounts(read(answer), new Set(gold.split(', '))),
      );
      const pure = Object.entries(measured(chairFigures, [{ images }]));
      expect(figures).toEqual(pure.map(([metric, of]) => ({ metric, ...of, n: PICTURES })));
    }
    const compared = await lethe<EvaluationComparison[]>(
      `eval compare ${run.id} --baseline-task 0`,
    );
    const [mask, deco] = compared.map(
      ({ figures }) => figures.find(({ metric }) => metric === 'CHAIRs')?.difference.value,
    );
    expect(mask).toBe(0);
    expect(deco).toBeLessThan(0);
  },
  within,
);

test(
  'POPE: questions in its own layout, of pictures in a folder of their own',
  async () => {
    const run = await lethe<Ended>(
      `eval run --models ${model} --tasks pope --limit 30`,
      `--forget ${files.questions('adversarial')} --images ${pictures}`,
    );
    const [cell] = run.data;
    const value = Object.fromEntries(
      (cell?.figures ?? []).map(({ metric, value: of }) => [metric, of]),
    );
    const answered = await rowsOf(run, 0);
    const right = answered.filter(({ gold, answer }) => answer.toLowerCase() === gold).length;
    expect(value['accuracy']).toBeCloseTo((100 * right) / 30, 10);
    expect(value['accuracy']).toBeGreaterThan(80);
    expect(value['other']).toBe(0);
  },
  within,
);
