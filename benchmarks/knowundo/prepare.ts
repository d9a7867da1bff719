// Writes the KnowUnDo privacy set for a number of its people as the five files that the runs of
// docs/measurements/knowundo.md take.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { parseDataset } from '#contracts/dataset/dataset.js';
import { questionOf } from '#contracts/examples.js';

const { values } = parseArgs({
  options: {
    data: { type: 'string', default: '../shared/data/knowundo' },
    people: { type: 'string', default: '16' },
    out: { type: 'string', default: '.lethe/knowundo' },
  },
});

/**
 * Our file, and the benchmark's own split that it is taken from. The runs judge on the *_val
 * questions, as ReLearn's scripts do.
 */
const splits = {
  full: 'full',
  forget: 'unlearn_train',
  retain: 'retention_train',
  'forget-eval': 'unlearn_val',
  'retain-eval': 'retention_val',
};

interface Row {
  readonly question: string;
  readonly answer: string;
}

const read = async (name: string): Promise<Row[]> =>
  parseDataset(await readFile(join(values.data, `${name}.json`), 'utf8')).map(({ example }) => ({
    question: questionOf(example),
    answer: example.answer,
  }));

/**
 * The benchmark has no person column: people are the two-word names that at least ten questions of
 * the full set mention.
 */
function findPeople(rows: Row[]): string[] {
  const mentions = new Map<string, number>();
  for (const { question } of rows) {
    for (const [name] of question.matchAll(/\p{Lu}[\p{L}-]+ \p{Lu}[\p{L}-]*\p{L}/gu)) {
      mentions.set(name, (mentions.get(name) ?? 0) + 1);
    }
  }
  return [...mentions].filter(([, count]) => count >= 10).map(([name]) => name);
}

const people = findPeople(await read(splits.full)).slice(0, Number(values.people));
const mentionsOneOf = (row: Row): boolean => people.some((name) => row.question.includes(name));

await mkdir(values.out, { recursive: true });
for (const [name, split] of Object.entries(splits)) {
  const rows = (await read(split)).filter(mentionsOneOf);
  await writeFile(
    join(values.out, `${name}.jsonl`),
    rows.map((row) => `${JSON.stringify(row)}\n`).join(''),
  );
  console.log(`${name}: ${rows.length} rows`);
}
console.log(`people (${people.length}): ${people.join(', ')}`);
