// lethe eval run, lethe eval compare: many models at many tasks.

import { type Command, Option } from 'commander';
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { followRun } from '#client/follow.js';
import type { LetheClient } from '#client/lethe-client.js';
import type { EvaluationCell, EvaluationRun } from '#client/types.js';
import { zip } from '#collections/zip.js';
import {
  type ResultFormat,
  resultFormats,
  type RunRequestInput,
} from '#contracts/evaluation-runs.js';
import { type JudgeName, judges } from '#contracts/judges.js';
import { type TaskName, tasks } from '#contracts/tasks.js';
import { leaderboard } from '#report-page/leaderboard/leaderboard.js';
import { writeFileAtomic } from '#supervisor/atomic-file.js';
import { CommandError } from '../command-error.js';
import { type CommonOptions, patientRetries, remoteSubcommand, tenantClient } from '../context.js';
import { exitCodes } from '../exit-codes.js';
import { note, print, printJson } from '../output.js';
import { type ExportName, exports, writeExports } from '../run-exports.js';
import { cellsTables } from '../run-tables.js';
import { SetUpload } from '../set-upload.js';
import { collect, integer, namesIn, namesOf } from '../values.js';

interface CompareOptions extends CommonOptions {
  readonly format?: ResultFormat | ExportName;
  readonly out?: string;
  readonly html?: string;
}

const exportNames = Object.keys(exports) as ExportName[];
const isExport = (format: string): format is ExportName =>
  exportNames.some((name) => name === format);

interface RunOptions extends CommonOptions {
  readonly models: string;
  readonly forget: string[];
  readonly retain: string[];
  readonly holdout?: string;
  readonly tasks: TaskName[];
  readonly judge?: JudgeName;
  readonly maxTokens?: number;
  readonly limit?: number;
  readonly wait: boolean;
}

/** Options that `lethe eval` has too are found among its own. */
export function registerRuns(parent: Command): void {
  remoteSubcommand(parent, 'run', 'evaluate models at sets of your own, as one run')
    .requiredOption('--models <names>', 'models, with commas between them')
    .requiredOption('--forget <file>', 'forget set; several times: several tasks', collect, [])
    .requiredOption('--retain <file>', 'retain set of the same task', collect, [])
    .option(
      '--holdout <file>',
      'questions that no model was taught, for holdout and holdout-gradient',
    )
    .option(
      '--tasks <names>',
      "unlearning, an audit's probes or a benchmark's, with commas: each at each pair of sets",
      (text: string) => namesIn(text, tasks),
      ['unlearning'],
    )
    .option('--judge <name>', judges.join(', '))
    .option('--max-tokens <n>', 'of an answer', integer)
    .option('--limit <n>', 'questions asked per set', integer)
    .option('--no-wait', 'print the run and leave')
    .action((_: RunOptions, command: Command) => run(command.optsWithGlobals<RunOptions>()));
  remoteSubcommand(parent, 'compare <run>', "the figures of a run's cells side by side")
    .addOption(
      new Option(
        '--format <name>',
        'every figure, row by row; or folders for other tools (with --out)',
      ).choices([...resultFormats, ...exportNames]),
    )
    .option('--out <path>', 'file, or folder of what other tools read')
    .option('--html <file>', 'also as a leaderboard, a page to read')
    .action((id: string, _: CompareOptions, command: Command) =>
      compare(id, command.optsWithGlobals<CompareOptions>()),
    );
}

async function run(options: RunOptions): Promise<void> {
  const client = tenantClient(options, patientRetries);
  const created = await client.createRun(await bodyOf(client, options));
  if (!options.wait) return options.json ? printJson(created) : print(created.id);
  note(`run ${created.id}: ${created.cells.total} cells`);
  const ended = await followRun(client, created.id);
  if (options.json) printJson({ ...ended, data: await cellsOf(client, ended.id) });
  else print(cellsTables(await cellsOf(client, ended.id)));
  if (ended.status !== 'succeeded') throw unsuccessful(ended);
}

async function bodyOf(client: LetheClient, options: RunOptions): Promise<RunRequestInput> {
  const { models, forget, retain, holdout: path, tasks: names, judge, maxTokens, limit } = options;
  if (forget.length !== retain.length)
    throw new CommandError(
      `--forget and --retain go in pairs: expected as many of each, found ${forget.length} and ${retain.length}`,
      exitCodes.usage,
    );
  const sets = new SetUpload(client);
  const holdout = path && { holdout: await sets.upload(path) };
  const asked: RunRequestInput['tasks'] = [];
  for (const [forgetPath, retainPath] of zip(forget, retain)) {
    const files = {
      forget: await sets.upload(forgetPath),
      retain: await sets.upload(retainPath),
      ...holdout,
    };
    for (const name of names) asked.push({ name, files });
  }
  return {
    models: namesOf(models),
    tasks: asked,
    ...(judge === undefined ? {} : { judge }),
    ...(maxTokens === undefined ? {} : { max_tokens: maxTokens }),
    ...(limit === undefined ? {} : { limit }),
  };
}

async function compare(id: string, options: CompareOptions): Promise<void> {
  const client = tenantClient(options);
  const { format, out, html, json } = options;
  if (format && isExport(format)) {
    if (out === undefined)
      throw new CommandError(`--format ${format} needs --out, a folder`, exitCodes.usage);
    return writeExports(client, id, format, out);
  }
  if (format) return writeBytes(await client.runFigures(id, format), out);
  const cells = await cellsOf(client, id);
  if (html !== undefined) {
    writeFileAtomic(html, leaderboard(id, cells), 0o600);
    note(`the leaderboard is in ${html}`);
  }
  if (json) printJson(cells);
  else print(cellsTables(cells));
}

async function writeBytes({ body }: Response, out: string | undefined): Promise<void> {
  const to = out === undefined ? process.stdout : createWriteStream(out, { mode: 0o600 });
  if (body)
    await pipeline(Readable.fromWeb(body as ReadableStream), to, { end: out !== undefined });
}

async function cellsOf(client: LetheClient, id: string): Promise<EvaluationCell[]> {
  const cells: EvaluationCell[] = [];
  for await (const cell of client.cells(id)) cells.push(cell);
  return cells;
}

function unsuccessful({ id, status, cells }: EvaluationRun): CommandError {
  const lacking = cells.total - cells.succeeded;
  return new CommandError(
    `run ${id} ${status}: ${lacking} of ${cells.total} cells did not succeed`,
    exitCodes.job,
  );
}
