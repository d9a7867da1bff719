// Puts every question of two sets to models of a running platform and prints KFR and KRR by the
// lexical judge: on the sets that unlearning trained on, for a measure five times as fine as a
// job's own report. ask.js <model>...

import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import pLimit from 'p-limit';
import { parseDataset } from '#contracts/dataset/dataset.js';
import { conversationOf, type Example, questionOf } from '#contracts/examples.js';
import { judgeAnswer } from '#metrics/judge-answer.js';
import { ratio } from '#metrics/knowledge.js';
import { lexicalJudge } from '#metrics/lexical/lexical-judge.js';
import { tenantClient } from '../../cli/context.js';
import { figure } from '../../cli/output.js';

const { values, positionals: models } = parseArgs({
  allowPositionals: true,
  options: {
    forget: { type: 'string', default: '.lethe/knowundo/forget.jsonl' },
    retain: { type: 'string', default: '.lethe/knowundo/retain.jsonl' },
    'max-tokens': { type: 'string', default: '80' },
  },
});
/** Questions in the air: inference answers them together. */
const limit = pLimit(8);
const { openai } = tenantClient({});

async function verdict(
  model: string,
  set: 'forget' | 'retain',
  example: Example,
): Promise<boolean | null> {
  const { choices } = await openai.chat.completions.create({
    model,
    messages: [...conversationOf(example)],
    temperature: 0,
    max_tokens: Number(values['max-tokens']),
  });
  const answer = choices[0]!.message.content?.trim() ?? '';
  const asked = { question: questionOf(example), gold: example.answer };
  return (await judgeAnswer(lexicalJudge, { set, ...asked, answer })).verdict;
}

async function share(model: string, set: 'forget' | 'retain'): Promise<string> {
  const rows = parseDataset(await readFile(values[set], 'utf8'));
  const verdicts = await limit.map(rows, ({ example }) => verdict(model, set, example));
  return `${figure(ratio(verdicts))} of ${verdicts.filter((given) => given !== null).length}`;
}

for (const model of models)
  console.log(`${model}  KFR ${await share(model, 'forget')}  KRR ${await share(model, 'retain')}`);
