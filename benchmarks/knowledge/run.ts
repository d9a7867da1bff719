// From prepared sets to the tables, on a running platform: tunes the model to the base, teaches it the
// rows plainly for comparison, asks every model all questions, changes the base and asks again.
// run.js [--model <name>] [--set cmekg|do] ...; what an earlier run has done is not done again.

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { followRun } from '#client/follow.js';
import type { GroundedAnswer } from '#client/types.js';
import type { GroundingSettings } from '#contracts/grounding.js';
import type { JobRequestInput } from '#contracts/job-request.js';
import { tenantClient } from '../../cli/context.js';
import { note } from '../../cli/output.js';
import { exitCodeOf } from '../exit-code.js';
import { begunOnce } from '../job-once.js';
import { askAll } from './ask-all.js';
import { baselines } from './baselines.js';
import { JudgedAnswers } from './judged-answers.js';
import { leakageTable } from './leakage-table.js';
import { readPrepared } from './prepared.js';
import { setNamed } from './sets.js';
import { systemsTable } from './table.js';
import { planUpdate, updateTable } from './update-test.js';

const { values } = parseArgs({
  options: {
    model: { type: 'string', default: 'lethe-tiny' },
    set: { type: 'string', default: 'cmekg' },
    sets: { type: 'string', default: '.lethe/knowledge' },
    seed: { type: 'string', default: '0' },
    rows: { type: 'string', default: '1000' },
    wordings: { type: 'string', default: '2' },
    epochs: { type: 'string', default: '2' },
    'batch-size': { type: 'string', default: '8' },
    'learning-rate': { type: 'string', default: '0.0005' },
    'lora-r': { type: 'string', default: '16' },
    precision: { type: 'string', default: 'int8' },
    'max-tokens': { type: 'string', default: '96' },
    /** Questions of each split of the job's own evaluation. */
    limit: { type: 'string', default: '100' },
  },
});
const client = tenantClient({});
const set = setNamed(values.set);
const folder = join(values.sets, set);
/** With what shapes a job in it: a run with other settings is another one. */
const suffixOf = (name: string): string =>
  ['kn', set, name, `s${values.seed}`, `r${values.rows}`, `e${values.epochs}`].join('-');
const results = join(folder, [values.model, suffixOf('results')].join('-'));
const hyperparameters = {
  n_epochs: Number(values.epochs),
  batch_size: Number(values['batch-size']),
  learning_rate: Number(values['learning-rate']),
  lora_r: Number(values['lora-r']),
  lora_alpha: 2 * Number(values['lora-r']),
  precision: values.precision as 'int8',
};

/** The newest of this name. */
async function baseNamed(name: string, file: string): Promise<string> {
  const named = `${values.model} ${suffixOf(name)}`;
  for await (const base of client.knowledgeBases()) if (base.name === named) return base.id;
  return (await client.createKnowledgeBase(named, join(folder, file))).id;
}

/** @param method asked for where there is no such job yet. */
const trained = async (
  name: string,
  method: () => Promise<Omit<JobRequestInput, 'model' | 'suffix' | 'seed'>>,
) =>
  begunOnce(client, `${suffixOf(name)}-${values.model}`.slice(0, 64), `${name} tuning`, async () =>
    client.createJob({
      model: values.model,
      suffix: `${suffixOf(name)}-${values.model}`.slice(0, 64),
      seed: Number(values.seed),
      ...(await method()),
    }),
  );

const tunedToBase = (tuningBase: string) =>
  trained('knowledge', async () => ({
    method: {
      type: 'knowledge_tuning',
      knowledge_tuning: {
        knowledge_base: tuningBase,
        hyperparameters,
        augmentation: { rows: Number(values.rows), wordings: Number(values.wordings) },
        evaluation: { limit: Number(values.limit), max_tokens: Number(values['max-tokens']) },
      },
    },
  }));

const taughtPlainly = () =>
  trained('plain', async () => ({
    training_file: (await client.upload(join(folder, 'plain.jsonl'))).id,
    method: { type: 'supervised', supervised: { hyperparameters } },
  }));

/** What models say without a base, by model: greedily, through the chat template. */
async function bareAnswers(models: readonly string[]): Promise<Map<string, string[]>> {
  const { id: file } = await client.upload(join(folder, 'bare.jsonl'));
  const files = { forget: file, retain: file };
  const { id } = await client.createRun({
    models: [...models],
    tasks: [{ name: 'direct', files, max_tokens: Number(values['max-tokens']) }],
  });
  await followRun(client, id);
  const lines = (await (await client.runResults(id)).text()).trim().split('\n');
  const rows = lines.map((line) => JSON.parse(line) as { model: string; answer: string });
  return new Map(
    models.map((model) => [model, rows.filter((row) => row.model === model).map((r) => r.answer)]),
  );
}

async function run(): Promise<void> {
  await mkdir(results, { recursive: true });
  const { base, questions } = await readPrepared(folder);
  const judged = new JudgedAnswers(base);
  const [whole, tuning] = [
    await baseNamed('whole', 'base.jsonl'),
    await baseNamed('tuning', 'tuning.jsonl'),
  ];
  const tunedJob = await tunedToBase(tuning);
  const tuned = tunedJob.fine_tuned_model!;
  const plain = (await taughtPlainly()).fine_tuned_model!;
  const ask = (
    model: string,
    knowledge_base: string,
    name: string,
    settings: GroundingSettings = {},
  ) =>
    askAll(
      client,
      { model, knowledge: { knowledge_base, ...settings } },
      questions,
      join(results, `${name}.jsonl`),
    );
  const ofUntuned = await ask(values.model, whole, 'untuned');
  const ofTuned = await ask(tuned, whole, 'tuned');
  const ofModelAlone = await ask(tuned, whole, 'tuned-model-alone', {
    attribute_weight: 0,
    wording: 'rows',
  });
  const bare = await bareAnswers([values.model, plain, tuned]);
  const withBase = judged.grounded('knowledge-tuned, with the base', questions, ofTuned);
  const systems = [
    ...baselines(base, questions),
    judged.closedBook('untuned, closed book', questions, bare.get(values.model)!),
    judged.closedBook('plain supervised tuning, closed book', questions, bare.get(plain)!),
    judged.closedBook('knowledge-tuned, closed book', questions, bare.get(tuned)!),
    judged.grounded('untuned, with the base', questions, ofUntuned),
    judged.lookedUp('knowledge-tuned, free decoding, names looked up', questions, bare.get(tuned)!),
    judged.grounded('knowledge-tuned, with the base, attribute_weight 0', questions, ofModelAlone),
    withBase,
  ];
  const report = await client.report(tunedJob.id);
  const tables = [
    systemsTable(systems),
    leakageTable(report),
    await changed(withBase, ofTuned, tuned),
  ].join('\n\n');
  const path = join(results, 'results.md');
  await writeFile(path, `${tables}\n`);
  console.log(tables);
  note(`the tables are in ${path}`);
}

/** On a base of its own, which holds the same until it is changed. */
async function changed(
  system: Parameters<typeof planUpdate>[0],
  before: readonly GroundedAnswer[],
  model: string,
): Promise<string> {
  const { base, questions } = await readPrepared(folder);
  const changes = planUpdate(system, base);
  const id = await baseNamed('changed', 'base.jsonl');
  const file = join(results, 'changed.jsonl');
  // Made once: setting and deleting twice is the same, but a deleted entity cannot be named again.
  for await (const one of client.knowledgeBases())
    if (one.id === id && one.version === 1 && changes.length > 0)
      await client.changeKnowledgeBase(id, changes);
  const after = await askAll(client, { model, knowledge: { knowledge_base: id } }, questions, file);
  return updateTable(changes, before, after);
}

try {
  await run();
} catch (error) {
  process.exitCode = exitCodeOf(error);
}
