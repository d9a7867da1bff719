// Options that every command which makes a job has.

import type { Command } from 'commander';
import { precisions } from '#contracts/precision.js';
import { collect, integer } from './values.js';

/** @param rows what is passed over in training. */
export const withHyperparameters = (command: Command, rows: string): Command =>
  command
    .option('--epochs <n>', `passes over ${rows}`)
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
    );

/** @param example of a field and its value. */
export const withRequestOptions = (command: Command, example: string): Command =>
  command
    .option('--set <field=value>', `any other field, such as ${example} (repeatable)`, collect, [])
    .option('--suffix <suffix>', "part of the new model's name")
    .option('--seed <seed>', 'seed of everything random', integer)
    .option('--no-wait', 'return when the job is created');
