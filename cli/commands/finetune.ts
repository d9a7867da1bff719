// lethe finetune: teach a model a set of questions and answers, as one supervised job.

import type { Command } from 'commander';
import { type CommonOptions, patientRetries, remoteSubcommand, tenantClient } from '../context.js';
import { withHyperparameters, withRequestOptions } from '../job-options.js';
import { note, print, printJson } from '../output.js';
import { SetUpload } from '../set-upload.js';
import { requestFields, type Shorthands } from '../unlearn-body.js';
import { finish } from './unlearn.js';

interface FinetuneOptions extends CommonOptions, Shorthands {
  readonly model: string;
  readonly data: string;
  readonly recipe?: string;
  readonly set: string[];
  readonly suffix?: string;
  readonly seed?: number;
  readonly wait: boolean;
}

export function registerFinetune(program: Command): void {
  const command = remoteSubcommand(
    program,
    'finetune',
    'teach a model a set of questions and answers',
  )
    .requiredOption('--model <model>', 'the model to start from, base or tuned')
    .requiredOption('--data <file>', 'what to learn, JSON lines')
    .option('--recipe <file>', 'a JSON file of the request\'s "supervised" fields');
  withHyperparameters(command, 'the data');
  withRequestOptions(command, 'hyperparameters.lora_alpha=32').action(finetune);
}

async function finetune(options: FinetuneOptions): Promise<void> {
  const client = tenantClient(options, patientRetries);
  const supervised = requestFields(options.recipe, options, options.set);
  const file = await new SetUpload(client).upload(options.data);
  const job = await client.createJob({
    model: options.model,
    training_file: file,
    suffix: options.suffix,
    seed: options.seed,
    method: { type: 'supervised', supervised },
  });
  if (!options.wait) return options.json ? printJson(job) : print(job.id);
  if (!options.json) note(`job ${job.id}; Ctrl-C leaves it running`);
  await finish(client, job.id, options);
}
