// lethe decode tune: which layers and factor of DeCo help a model, found on a user's own rows.

import { type Command, Option } from 'commander';
import type { LetheClient } from '#client/lethe-client.js';
import type { Row } from '#contracts/dataset/row.js';
import { type TuningCriterion, tuningCriteria } from '#contracts/decoding.js';
import { type CommonOptions, patientRetries, remoteSubcommand, tenantClient } from '../context.js';
import { LocalPictures } from '../decode/local-pictures.js';
import { alphasIn, windowsIn, type Window } from '../decode/settings.js';
import { settingsFor, sweepRows } from '../decode/sweep-rows.js';
import { type TuningReport, tuningReport } from '../decode/tuning-report.js';
import { halves, type TuningRow, tuningRowsOf } from '../decode/tuning-rows.js';
import { printTuning } from '../decode/tuning-table.js';
import { rowsOf, wrong } from '../hallucination/rows.js';
import { note, printJson } from '../output.js';
import { decimal, integer } from '../values.js';

interface TuneOptions extends CommonOptions {
  readonly model: string;
  readonly data: string;
  readonly images?: string;
  readonly layers?: readonly Window[];
  readonly alphas?: readonly number[];
  readonly topP?: number;
  readonly topK?: number;
  readonly by: TuningCriterion;
  readonly apply?: boolean;
}

export function registerDecode(program: Command): void {
  const decode = program.command('decode').description('how models choose their tokens');
  remoteSubcommand(
    decode,
    'tune',
    'try layers and factors of DeCo on given answers: which helps, and whether that holds on others',
  )
    .requiredOption('--model <model>', 'the model, base or tuned')
    .requiredOption(
      '--data <file>',
      'a data set of questions and answers; wrong ones in wrong, perturbed_answer or choices',
    )
    .option('--images <folder>', 'of the pictures that rows name (default: beside their file)')
    .option('--layers <windows>', 'such as 19-26,15-22 (default: five by depth)', windowsIn)
    .option('--alphas <numbers>', 'such as 0.2,0.6 (default: five from 0.1 to 1)', alphasIn)
    .option('--top-p <p>', 'candidates reach it together (default: .9)', decimal)
    .option('--top-k <k>', 'candidates at most (default: 20)', integer)
    .addOption(
      new Option('--by <figure>', 'what the best setting is best by')
        .choices(tuningCriteria)
        .default('match'),
    )
    .option(
      '--apply',
      "write what is found as the model's own: of a base model it says what its operator writes",
    )
    .action(tune);
}

async function tune(options: TuneOptions): Promise<void> {
  const client = tenantClient(options, patientRetries);
  const pictures = new LocalPictures(options.data, options.images);
  const read = (row: Row): TuningRow[] => tuningRowsOf(pictures.shownIn(row));
  const rows = (await rowsOf(options.data, read)).flat();
  const [tuning, heldOut] = halves(rows);
  if (tuning.length === 0 || heldOut.length === 0)
    throw wrong(`${options.data}: expected at least two different questions`);
  if (options.by === 'outranks' && ![tuning, heldOut].every((half) => half.some(hasWrong)))
    throw wrong(`${options.data}: --by outranks takes rows with wrong answers`);
  const settings = await settingsFor(client, options);
  const asked = { model: options.model, settings, top_p: options.topP, top_k: options.topK };
  const all = [...tuning, ...heldOut];
  const answers = await sweepRows(client, asked, all, (done) => {
    if (!options.json) note(`${done} of ${all.length} rows`);
  });
  const report = tuningReport(options, settings, {
    tuning: answers.slice(0, tuning.length),
    heldOut: answers.slice(tuning.length),
  });
  if (options.json) printJson(report);
  else printTuning(report);
  if (options.apply) await apply(client, report, options.json);
}

/** A base model's own is a file, which belongs to its operator. */
async function apply(
  client: LetheClient,
  { model, decoding }: TuningReport,
  isJson = false,
): Promise<void> {
  const { base = model } = await client.model(model);
  if (base !== model) {
    await client.setDecoding(model, decoding);
    note(decoding ? `${model} answers by it from now on` : `${model} answers without DeCo`);
    return;
  }
  const file = `${model}.decoding.json`;
  if (!decoding)
    return note(`a file ${file} beside the folder ${model} has to go, if there is one`);
  note(`to ${file}, beside the folder ${model}; then start inference anew:`);
  if (!isJson) printJson(decoding);
}

const hasWrong = ({ wrong: others }: { readonly wrong: readonly string[] }): boolean =>
  others.length > 0;
