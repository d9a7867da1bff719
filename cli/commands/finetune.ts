// lethe finetune: teach a model a set of questions and answers, as one supervised job.

import type { Command } from 'commander';
import { precisions } from '#contracts/precision.js';
import { type CommonOptions, patientRetries, remoteSubcommand, tenantClient } from '../context.js';
import { note, print, printJson } from '../output.js';
import { requestFields, type Shorthands } from '../unlearn-body.js';
import { collect, integer } from '../values.js';
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
  remoteSubcommand(program, 'finetune', 'teach a model a set of questions and answers')
    .requiredOption('--model <model>', 'the model to start from, base or tuned')
    .requiredOption('--data <file>', 'what to learn, JSON lines')
    .option('--recipe <file>', 'a JSON file of the request\'s "supervised" fields')
    .option('--epochs <n>', 'passes over the data')
    .option('--max-steps <n>', 'upper bound of optimizer steps')
    .option('--batch-size <n>', 'rows per step')
    .option('--learning-rate <rate>', 'peak learning rate')
    .option('--lora-r <rank>', 'rank of the adapter')
    .option(
      '--precision <precision>',
      `numbers that the frozen model computes with: ${precisions.join(', ')} (default: the training worker's)`,
    )
    .option(
      '--recompute',
      'compute layers again in the backward pass: less memory, more time, the same bytes',
    )
    .option(
      '--set <field=value>',
      'any other field, such as hyperparameters.lora_alpha=32 (repeatable)',
      collect,
      [],
    )
    .option('--suffix <suffix>', "part of the new model's name")
    .option('--seed <seed>', 'seed of everything random', integer)
    .option('--no-wait', 'return when the job is created')
    .action(finetune);
}

async function finetune(options: FinetuneOptions): Promise<void> {
  const client = tenantClient(options, patientRetries);
  const supervised = requestFields(options.recipe, options, options.set);
  const file = await client.upload(options.data);
  const job = await client.createJob({
    model: options.model,
    training_file: file.id,
    suffix: options.suffix,
    seed: options.seed,
    method: { type: 'supervised', supervised },
  });
  if (!options.wait) return options.json ? printJson(job) : print(job.id);
  if (!options.json) note(`job ${job.id}; Ctrl-C leaves it running`);
  await finish(client, job.id, options);
}
