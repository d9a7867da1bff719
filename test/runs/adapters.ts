// The adapters that are evaluated: each from a supervised job of one step, with a seed of its own.

import { follow } from '#client/follow.js';
import type { LetheClient } from '#client/lethe-client.js';
import { model } from '../testing/short-job.js';

/** Large: answers of different seeds have to differ. */
const hyperparameters = { n_epochs: 1, max_steps: 1, batch_size: 2, learning_rate: 0.01 };

/** @returns the names of the models. @throws Error where a job does not succeed. */
export async function trainAdapters(
  client: LetheClient,
  count: number,
  trainingFile: string,
): Promise<string[]> {
  const jobs = [];
  for (let seed = 0; seed < count; seed++)
    jobs.push(
      await client.createJob({
        model,
        training_file: trainingFile,
        seed,
        method: { type: 'supervised', supervised: { hyperparameters } },
      }),
    );
  const models: string[] = [];
  for (const { id } of jobs) {
    const { fine_tuned_model: name, error } = await follow(client, id);
    if (name === null) throw new Error(`${id}: ${error?.message ?? 'cancelled'}`);
    models.push(name);
  }
  return models;
}
