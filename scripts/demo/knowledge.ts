// make demo-knowledge: the built-in model learns to answer from a base of invented medicines, then
// rows of it change and go. Leaves the platform running.

import { join, relative } from 'node:path';
import pc from 'picocolors';
import type { LetheClient } from '#client/lethe-client.js';
import type { GroundedAnswer, KnowledgeChange } from '#client/types.js';
import { clientEnv } from '#supervisor/env.js';
import { projectRoot } from '#supervisor/layout.js';
import { knowledgeTable } from '../../cli/knowledge-table.js';
import { figure, note, print, shown, table } from '../../cli/output.js';
import { reportError } from '../../cli/report-error.js';
import { watchJob } from '../../cli/watch-job.js';
import { demoTenant, runningPlatform } from './platform.js';
import { demoModel } from './request.js';

const pharmacy = join(projectRoot, 'scripts', 'demo', 'data', 'pharmacy.jsonl');

const plain = [
  'Which side effects does Velmora have?',
  'What helps against glass cough?',
  'How often is Sulvanol taken?',
  'What are the symptoms of marsh fever?',
  'Which department is responsible for lantern eye?',
];
const changed = 'Which side effects does Tarikol have?';
const deleted = 'What causes moss ear?';
const absent = 'Which side effects does Aspergol have?';

const recipe = {
  hyperparameters: {
    n_epochs: 5,
    batch_size: 16,
    learning_rate: 0.003,
    lora_r: 32,
    lora_alpha: 64,
    lora_dropout: 0,
  },
  evaluation: { limit: 36, precision: 0.95, max_tokens: 48, shard_size: 16 },
};

const changes: readonly KnowledgeChange[] = [
  { op: 'set', entity: 'Tarikol', attribute: 'side effects', values: ['green eyebrows', 'thirst'] },
  { op: 'delete', entity: 'moss ear' },
];

async function demo(): Promise<void> {
  const env = clientEnv();
  const url = await runningPlatform(env);
  const { client } = await demoTenant(env, url);
  note(`${pc.bold('1.')} a base of sixty invented medicines and complaints: nobody's advice`);
  const base = await client.createKnowledgeBase('pharmacy', pharmacy);
  note(`${pc.bold('2.')} ${pc.bold(demoModel)} learns to name its rows, not what they say`);
  const model = await tuned(client, base.id);
  const ask = (questions: readonly string[]) => asked(client, model, questions);
  note(`${pc.bold('3.')} what ${pc.bold(model)} answers`);
  print(answerTable(await ask([...plain, changed, deleted, absent])));
  await client.changeKnowledgeBase(base.id, changes);
  note(`${pc.bold('4.')} a row is changed and a complaint deleted; nothing is trained again`);
  print(answerTable(await ask([changed, deleted])));
  print(`\nThe platform still runs; ask it yourself:\n`);
  print(pc.cyan(`npx lethe knowledge ask --model ${model} "${plain[0]}"`));
  print(`\n${relative('.', pharmacy)} has what may be asked. make demo-stop ends the platform.`);
}

async function tuned(client: LetheClient, base: string): Promise<string> {
  const job = await client.createJob({
    model: demoModel,
    suffix: 'pharmacy',
    method: { type: 'knowledge_tuning', knowledge_tuning: { ...recipe, knowledge_base: base } },
  });
  const { fine_tuned_model: model } = await watchJob(client, job.id);
  print(knowledgeTable((await client.report(job.id)).knowledge!));
  return model!;
}

interface Answered extends GroundedAnswer {
  readonly question: string;
}

const asked = (
  client: LetheClient,
  model: string,
  questions: readonly string[],
): Promise<Answered[]> =>
  Promise.all(
    questions.map(async (question) => ({ question, ...(await client.ask(model, question)) })),
  );

function answerTable(answers: readonly Answered[]): string {
  const rows = answers.map(({ question, content, knowledge, annotations: [cited] }) => [
    question,
    content,
    `${knowledge.status.replace('_', ' ')}${knowledge.guarded ? ', guarded' : ''}`,
    knowledge.link ? `${knowledge.link.entity} | ${knowledge.link.attribute}` : 'none',
    figure(knowledge.mass),
    cited ? `version ${cited.kb_citation.version}, ${cited.kb_citation.entity_id}` : '',
  ]);
  return table(
    ['question', 'answer', 'status', 'link', 'mass', 'citation'],
    rows.map((row) => row.map(shown)),
    [28, 34, 11, 20, 8, 14],
  );
}

try {
  await demo();
  process.exit(0);
} catch (error) {
  process.exit(reportError(error, false));
}
