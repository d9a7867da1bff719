// A search over recipes on a platform: each round trains its candidates as jobs, asks their models as
// one evaluation run, and lets the best go on.

import { hash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import pLimit from 'p-limit';
import type { LetheClient } from '#client/lethe-client.js';
import type { Job } from '#client/types.js';
import { first, last } from '#collections/items.js';
import { zip } from '#collections/zip.js';
import { CommandError } from '../command-error.js';
import { exitCodes } from '../exit-codes.js';
import { SetUpload } from '../set-upload.js';
import { type Asked, Asking } from './asking.js';
import type { Candidate } from './candidates.js';
import { best, goingOn, type Steps } from './rounds.js';
import type { Found, Stands } from './stands.js';
import {
  checkCandidates,
  knownJobs,
  type Origin,
  requestOf,
  suffixOf,
  trainedOnce,
} from './trained.js';

export interface Plan extends Asked {
  readonly candidates: readonly Candidate[];
  readonly steps: readonly Steps[];
  /** One of so many goes on to the next round. */
  readonly of: number;
  readonly seed: number;
  /** What is trained on: paths. */
  readonly forget: string;
  readonly retain: string;
  /** Jobs that are under way at a time. */
  readonly atOnce: number;
}

/** A candidate in one round. */
export interface Tried {
  readonly candidate: Candidate;
  readonly job: string;
  /** Null where the job did not succeed, for this reason. */
  readonly model: string | null;
  readonly error: string | null;
  readonly stands: Stands | null;
  readonly goesOn: boolean;
}

export interface Round {
  readonly steps: Steps;
  /** The evaluation run. */
  readonly run: string;
  readonly tried: readonly Tried[];
}

export interface Search {
  readonly before: Found;
  readonly reference: Found;
  readonly rounds: readonly Round[];
  /** Of the last round. */
  readonly winner: Tried;
}

/**
 * Goes on where an earlier search with the same files, model and seed was broken off.
 * @throws CommandError where a candidate is not valid, the model knows no more than the reference, no
 * job of a round succeeds, or a run does not
 */
export async function search(
  client: LetheClient,
  plan: Plan,
  tell: (line: string) => void,
): Promise<Search> {
  const contents = await contentsOf(plan);
  checkCandidates(plan.candidates, first(plan.steps), contents);
  const asking = await Asking.begin(client, plan);
  const [files, known] = [await uploaded(client, plan), await knownJobs(client)];
  const turns = pLimit(plan.atOnce);
  const rounds: Round[] = [];
  let { candidates } = plan;
  for (const [i, steps] of plan.steps.entries()) {
    const isLast = i === plan.steps.length - 1;
    tell(`round ${i + 1}: ${candidates.length} candidates, steps: ${steps}`);
    const train = async (candidate: Candidate): Promise<Job> => {
      const suffix = suffixOf(requestOf(candidate, steps, contents));
      const job = await trainedOnce(client, known, suffix, requestOf(candidate, steps, files));
      tell(`  ${candidate.name}: ${job.id} ${job.status}`);
      return job;
    };
    const jobs = await Promise.all(candidates.map((one) => turns(train, one)));
    const round = await compared(asking, steps, zip(candidates, jobs), isLast ? Infinity : plan.of);
    rounds.push(round);
    candidates = round.tried.filter(({ goesOn }) => goesOn).map(({ candidate }) => candidate);
  }
  const { before, reference } = asking;
  return {
    before,
    reference,
    rounds,
    winner: first(last(rounds).tried.filter((one) => one.goesOn)),
  };
}

/** @param of one of so many goes on. */
async function compared(
  asking: Asking,
  steps: Steps,
  trained: readonly (readonly [Candidate, Job])[],
  of: number,
): Promise<Round> {
  const models = trained.flatMap(([, { fine_tuned_model: model }]) => model ?? []);
  if (models.length === 0) throw untrained(trained.map(([, job]) => job));
  const { run, stands } = await asking.ask(models);
  const all = trained.map(([candidate, { id, fine_tuned_model: model, error, status }]) => ({
    candidate,
    job: id,
    model,
    error: model === null ? (error?.message ?? status) : null,
    stands: (model !== null && stands.get(model)) || null,
  }));
  const going = new Set(best(all, ({ stands: own }) => own?.score, goingOn(all.length, of)));
  return { steps, run, tried: all.map((one) => ({ ...one, goesOn: going.has(one) })) };
}

const untrained = (jobs: readonly Job[]): CommandError =>
  new CommandError(
    `no candidate was trained: ${jobs.map(({ id, error, status }) => `${id}: ${error?.message ?? status}`).join('; ')}`,
    exitCodes.job,
  );

/** Files by their contents. */
async function contentsOf({ model, seed, forget, retain }: Plan): Promise<Origin> {
  const [forgetHash = '', retainHash = ''] = await Promise.all(
    [forget, retain].map(async (path) => hash('sha256', await readFile(path))),
  );
  return { model, seed, forget: forgetHash, retain: retainHash };
}

async function uploaded(
  client: LetheClient,
  { model, seed, forget, retain }: Plan,
): Promise<Origin> {
  const sets = new SetUpload(client);
  return { model, seed, forget: await sets.upload(forget), retain: await sets.upload(retain) };
}
