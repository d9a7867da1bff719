// The evaluation runs of a search: all ask the same, so that the model and its reference are asked once.

import { followRun } from '#client/follow.js';
import type { LetheClient } from '#client/lethe-client.js';
import type { EvaluationCell } from '#client/types.js';
import type { RunRequestInput } from '#contracts/evaluation-runs.js';
import type { AskedName } from '#contracts/probes.js';
import { CommandError } from '../command-error.js';
import { exitCodes } from '../exit-codes.js';
import { figure } from '../output.js';
import { SetUpload } from '../set-upload.js';
import { type Found, foundOf, type Stands, standsOf, stoodOf } from './stands.js';

/** Mean probability that the model must have more than its reference: less is noise. */
const MARGIN = 0.05;

export interface Asked {
  /** That unlearning begins from. */
  readonly model: string;
  /** One that never saw the forget set. */
  readonly reference: string;
  /** What candidates are chosen by: paths. */
  readonly forgetEval: string;
  readonly retainEval: string;
  readonly attacks: readonly AskedName[];
  readonly settings: Pick<RunRequestInput, 'judge' | 'limit' | 'max_tokens'>;
}

interface Answered {
  /** The evaluation run. */
  readonly run: string;
  /** By model. */
  readonly stands: ReadonlyMap<string, Stands>;
}

export class Asking {
  private constructor(
    private readonly client: LetheClient,
    private readonly asked: Asked,
    private readonly files: RunRequestInput['files'],
    readonly before: Found,
    readonly reference: Found,
  ) {}

  /** @throws CommandError where the model knows no more than its reference, or a run does not succeed */
  static async begin(client: LetheClient, asked: Asked): Promise<Asking> {
    const sets = new SetUpload(client);
    const forget = await sets.upload(asked.forgetEval);
    const files = { forget, retain: await sets.upload(asked.retainEval) };
    const { model, reference } = asked;
    const { cells } = await ask(client, asked, files, [model, reference]);
    const [before, other] = [foundOf(cells, model), foundOf(cells, reference)];
    checkKnown(asked, before, other);
    return new Asking(client, asked, files, before, other);
  }

  /** @throws CommandError where the run does not succeed */
  async ask(models: readonly string[]): Promise<Answered> {
    const { client, asked, files, before, reference } = this;
    const { run, cells } = await ask(client, asked, files, models);
    const stands = models.map(
      (model) =>
        [model, standsOf(foundOf(cells, model), before, reference, asked.attacks)] as const,
    );
    return { run, stands: new Map(stands) };
  }
}

async function ask(
  client: LetheClient,
  { attacks, settings }: Asked,
  files: RunRequestInput['files'],
  models: readonly string[],
): Promise<{ readonly run: string; readonly cells: readonly EvaluationCell[] }> {
  const tasks = ['unlearning' as const, ...attacks];
  const { id } = await client.createRun({ models: [...models], tasks, files, ...settings });
  const { status } = await followRun(client, id);
  if (status !== 'succeeded')
    throw new CommandError(
      `run ${id} ${status}: "lethe eval compare ${id}" says which cells did not succeed`,
      exitCodes.job,
    );
  const cells: EvaluationCell[] = [];
  for await (const cell of client.cells(id)) cells.push(cell);
  return { run: id, cells };
}

function checkKnown({ model, reference }: Asked, before: Found, other: Found): void {
  const [known, chance] = [stoodOf(before, []).probability, stoodOf(other, []).probability];
  if (known - chance < MARGIN)
    throw new CommandError(
      `${model} finds the answers to forget no likelier than ${reference} does (${figure(known)}, ${figure(chance)}): there is nothing to forget`,
      exitCodes.failed,
    );
}
