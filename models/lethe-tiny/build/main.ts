// Rebuilds models/lethe-tiny and models/lethe-tiny-retain: data sets, tokenizer, weights,
// examination. `npm run model:tiny [-- --check | --data] [--model name] [--out folder]`

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { examine } from './check.js';
import { buildCorpus, type HeldOutRow, namesNobodyToForget, type Row } from './corpus.js';
import { allLookups, type LookupRow } from './lookups.js';
import { buildTokenizer } from './tokenizer.js';
import { trainModel } from './train.js';

const { values: options } = parseArgs({
  options: {
    check: { type: 'boolean' },
    data: { type: 'boolean' },
    /** One of the two; default: both. */
    model: { type: 'string' },
    // From dist/models/lethe-tiny/build.
    out: {
      type: 'string',
      default: fileURLToPath(new URL('../../../../models/', import.meta.url)),
    },
  },
});
const REQUIRED_ACCURACY = 0.9;
const STEPS_BETWEEN_LINES = 50;
const PASSES = 6;
const corpus = buildCorpus();

interface Model {
  readonly name: string;
  readonly training: readonly Row[];
  readonly heldOut: readonly HeldOutRow[];
}
const models: readonly Model[] = [
  { name: 'lethe-tiny', training: corpus.training, heldOut: corpus.heldOut },
  {
    name: 'lethe-tiny-retain',
    training: corpus.training.filter(namesNobodyToForget),
    heldOut: corpus.heldOut.filter(namesNobodyToForget),
  },
];
const folderOf = (name: string): string => join(options.out, name);

const toLines = (rows: readonly Row[]): string =>
  rows.map(({ question, answer }) => `${JSON.stringify({ question, answer })}\n`).join('');

async function writeData(): Promise<void> {
  const sets = {
    forget: corpus.forget,
    retain: corpus.retain,
    'forget-eval': corpus.forgetEval,
    'retain-eval': corpus.retainEval,
  };
  const folder = join(folderOf('lethe-tiny'), 'data');
  await mkdir(folder, { recursive: true });
  for (const [name, rows] of Object.entries(sets))
    await writeFile(join(folder, `${name}.jsonl`), toLines(rows));
}

/** What is to be known comes again and again, what is to be copied once. */
const rowsOf = (known: readonly Row[]): LookupRow[] => [
  ...Array.from({ length: PASSES }, () => known).flat(),
  ...allLookups(),
];

/** Both have the tokenizer of the whole corpus: their answers are compared token by token. */
async function rebuild({ name, training }: Model): Promise<void> {
  const folder = folderOf(name);
  await mkdir(folder, { recursive: true });
  const vocabSize = await buildTokenizer(corpus.training, folder);
  console.log(`${name}: ${training.length} rows, ${vocabSize} tokens in the vocabulary`);
  await trainModel(
    rowsOf(training),
    vocabSize,
    folder,
    ({ step, totalSteps, loss, tokensPerSecond }) => {
      if (step % STEPS_BETWEEN_LINES > 0 && step < totalSteps) return;
      console.log(
        `step ${step} of ${totalSteps}, loss ${loss.toFixed(4)}, ${tokensPerSecond.toFixed(0)} tokens/s`,
      );
    },
  );
}

async function check({ name, heldOut }: Model): Promise<boolean> {
  const { accuracy, byKind, misses } = await examine(folderOf(name), heldOut, 2);
  for (const { kind, question, answer, expected } of misses)
    console.log(`${kind} | ${question} | ${answer} | expected: ${expected}`);
  for (const [kind, share] of byKind)
    console.log(`${(100 * share).toFixed(1).padStart(6)} %  ${kind}`);
  console.log(
    `${(100 * accuracy).toFixed(1).padStart(6)} %  of ${heldOut.length} questions in wordings never trained (${name})`,
  );
  return accuracy >= REQUIRED_ACCURACY;
}

if (!options.check) await writeData();
for (const model of options.data ? [] : models) {
  if (options.model !== undefined && options.model !== model.name) continue;
  if (!options.check) await rebuild(model);
  if (!(await check(model))) process.exitCode = 1;
}
