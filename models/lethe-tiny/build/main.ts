// Rebuilds models/lethe-tiny: corpus, data sets, tokenizer, weights, examination. `npm run
// model:tiny [-- --check | --data] [--out folder]`

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { examine } from './check.js';
import { buildCorpus, type Corpus, type Row } from './corpus.js';
import { buildTokenizer } from './tokenizer.js';
import { trainModel } from './train.js';

const { values: options } = parseArgs({
  options: {
    check: { type: 'boolean' },
    data: { type: 'boolean' },
    // From dist/models/lethe-tiny/build.
    out: {
      type: 'string',
      default: fileURLToPath(new URL('../../../../models/lethe-tiny/', import.meta.url)),
    },
  },
});
const folder = options.out;
const REQUIRED_ACCURACY = 0.9;
const STEPS_BETWEEN_LINES = 50;

const toLines = (rows: readonly Row[]): string =>
  rows.map(({ question, answer }) => `${JSON.stringify({ question, answer })}\n`).join('');

async function writeData(corpus: Corpus): Promise<void> {
  const sets = {
    forget: corpus.forget,
    retain: corpus.retain,
    'forget-eval': corpus.forgetEval,
    'retain-eval': corpus.retainEval,
  };
  await mkdir(join(folder, 'data'), { recursive: true });
  for (const [name, rows] of Object.entries(sets))
    await writeFile(join(folder, 'data', `${name}.jsonl`), toLines(rows));
}

async function rebuild(corpus: Corpus): Promise<void> {
  await writeData(corpus);
  const vocabSize = await buildTokenizer(corpus.training, folder);
  console.log(`${corpus.training.length} rows, ${vocabSize} tokens in the vocabulary`);
  await trainModel(
    corpus.training,
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

async function check(corpus: Corpus): Promise<boolean> {
  const { accuracy, byKind, misses } = await examine(folder, corpus.heldOut, 2);
  for (const { kind, question, answer, expected } of misses)
    console.log(`${kind} | ${question} | ${answer} | expected: ${expected}`);
  for (const [kind, share] of byKind)
    console.log(`${(100 * share).toFixed(1).padStart(6)} %  ${kind}`);
  console.log(
    `${(100 * accuracy).toFixed(1).padStart(6)} %  of ${corpus.heldOut.length} questions in wordings never trained`,
  );
  return accuracy >= REQUIRED_ACCURACY;
}

const corpus = buildCorpus();
if (options.data) {
  await writeData(corpus);
} else {
  if (!options.check) await rebuild(corpus);
  process.exitCode = (await check(corpus)) ? 0 : 1;
}
