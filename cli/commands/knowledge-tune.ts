// lethe knowledge tune: teach a model to answer from a knowledge base, as one job.

import { Option, type Command } from 'commander';
import type { KnowledgeTuning } from '#contracts/methods/knowledge-tuning.js';
import { teachers } from '#contracts/teachers.js';
import { type CommonOptions, patientRetries, remoteSubcommand, tenantClient } from '../context.js';
import { withHyperparameters, withRequestOptions } from '../job-options.js';
import { baseCalled } from '../knowledge-base-called.js';
import { note, print, printJson } from '../output.js';
import { requestFields, type Shorthands } from '../unlearn-body.js';
import { finish } from './unlearn.js';

interface TuneOptions extends CommonOptions, Shorthands {
  readonly model: string;
  readonly knowledge: string;
  readonly recipe?: string;
  readonly set: string[];
  readonly suffix?: string;
  readonly seed?: number;
  readonly wait: boolean;
}

export function registerTune(knowledge: Command): void {
  const command = remoteSubcommand(
    knowledge,
    'tune',
    'teach a model to answer from a base: make questions of its rows, train, judge, publish',
  )
    .requiredOption('--model <model>', 'the model to start from, base or tuned')
    .requiredOption('--knowledge <base>', 'the base, by id or name')
    .option('--recipe <file>', 'a JSON file of the request\'s "knowledge_tuning" fields');
  withHyperparameters(command, 'the tuning set').addOption(
    new Option('--teacher <teacher>', 'who words the questions').choices(teachers),
  );
  withRequestOptions(command, 'augmentation.rows=500').action(tune);
}

async function tune(options: TuneOptions): Promise<void> {
  const client = tenantClient(options, patientRetries);
  const fields = requestFields(options.recipe, options, options.set);
  const { id } = await baseCalled(client, options.knowledge);
  const tuning = { ...fields, knowledge_base: id } as KnowledgeTuning['knowledge_tuning'];
  const job = await client.createJob({
    model: options.model,
    suffix: options.suffix,
    seed: options.seed,
    method: { type: 'knowledge_tuning', knowledge_tuning: tuning },
  });
  if (!options.wait) return options.json ? printJson(job) : print(job.id);
  if (!options.json)
    note(`job ${job.id}; Ctrl-C leaves it running, "lethe jobs follow ${job.id}" comes back to it`);
  await finish(client, job.id, options);
}
