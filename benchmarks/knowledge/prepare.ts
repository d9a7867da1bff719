// Writes what a run takes: the base, the base to tune on, a plain training set, and the questions.
// prepare.js [--set cmekg|do] [--entities <n>] [--questions <n>] [--data <folder>] [--out <folder>]

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { spread } from '#collections/spread.js';
import { canonicalLine } from '#knowledge/canonical.js';
import { type Entity, rowsOf } from '#knowledge/entity.js';
import { questionOf, wordingsFor } from '#knowledge/questions/questions.js';
import { languageOf } from '#knowledge/texts/language.js';
import { rowText } from '#knowledge/texts/render.js';
import { reportError } from '../../cli/report-error.js';
import { readSet, setNamed } from './sets.js';

const { values } = parseArgs({
  options: {
    set: { type: 'string', default: 'cmekg' },
    /** Fewer, to see that a run goes through: those that are asked for, and some besides. */
    entities: { type: 'string', default: 'Infinity' },
    questions: { type: 'string', default: 'Infinity' },
    /** Of the plain training set. */
    rows: { type: 'string', default: '1000' },
    data: { type: 'string' },
    out: { type: 'string', default: '.lethe/knowledge' },
  },
});

/** Two of the wordings that there are, so that each is taken about as often. */
function* plainRows(entities: readonly Entity[], count: number) {
  const rows = entities.flatMap((entity) => [...rowsOf(entity)]);
  for (const [i, row] of spread(rows, count).entries()) {
    const language = languageOf(row.entity.name + row.attribute);
    const { own, general } = wordingsFor(row.attribute, language);
    const wordings = [...own, ...general];
    for (const wording of new Set([0, 1].map((n) => wordings[(2 * i + n) % wordings.length]!)))
      yield {
        question: questionOf(wording, row.entity.name, row.attribute),
        answer: rowText(row, language),
      };
  }
}

async function prepare(): Promise<void> {
  const set = setNamed(values.set);
  const { entities: all, questions: asked } = await readSet(set, values.data);
  const questions = spread(asked, Number(values.questions));
  const wanted = new Set(questions.flatMap(({ entities }) => entities));
  const others = all.filter(({ id }) => !wanted.has(id));
  const kept = new Set(spread(others, Number(values.entities)));
  const base = all.filter((entity) => wanted.has(entity.id) || kept.has(entity));
  // Nothing that a question is about is tuned on, in whatever words.
  const tuning = base.filter(({ id }) => !wanted.has(id));
  const folder = join(values.out, set);
  await mkdir(folder, { recursive: true });
  const write = async (name: string, lines: readonly string[]): Promise<void> => {
    await writeFile(join(folder, name), lines.join(''));
    console.log(`${join(folder, name)}: ${lines.length} lines`);
  };
  await write('base.jsonl', base.map(canonicalLine));
  await write('tuning.jsonl', tuning.map(canonicalLine));
  await write('plain.jsonl', [...plainRows(tuning, Number(values.rows))].map(lineOf));
  await write('questions.jsonl', questions.map(lineOf));
  // Asked of models without a base, which are told nothing of what is right.
  await write(
    'bare.jsonl',
    questions.map(({ question }) => lineOf({ question, answer: '-' })),
  );
}

const lineOf = (row: unknown): string => `${JSON.stringify(row)}\n`;

try {
  await prepare();
} catch (error) {
  process.exitCode = reportError(error, false);
}
