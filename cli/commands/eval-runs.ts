// lethe eval run, lethe eval compare: many models at many tasks.

import { type Command, Option } from 'commander';
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { followRun } from '#client/follow.js';
import type { LetheClient } from '#client/lethe-client.js';
import type { EvaluationCell, EvaluationComparison, EvaluationRun } from '#client/types.js';
import { zip } from '#collections/zip.js';
import type { AskedDecoding } from '#contracts/decoding.js';
import {
  type ResultFormat,
  resultFormats,
  type RunRequestInput,
} from '#contracts/evaluation-runs.js';
import { type JudgeName, judges } from '#contracts/judges.js';
import { asksAlone, type TaskName, tasks } from '#contracts/tasks.js';
import { leaderboard } from '#report-page/leaderboard/leaderboard.js';
import { writeFileAtomic } from '#supervisor/atomic-file.js';
import { CommandError } from '../command-error.js';
import { type CommonOptions, patientRetries, remoteSubcommand, tenantClient } from '../context.js';
import { decodingIn } from '../decoding-option.js';
import { exitCodes } from '../exit-codes.js';
import { chairRows, type PictureFolder, synonymRows } from '../hallucination/task-rows.js';
import { note, print, printJson } from '../output.js';
import { comparisonTables, nameOf } from '../run-comparison.js';
import { type ExportName, exports, writeExports } from '../run-exports.js';
import { cellsTables } from '../run-tables.js';
import { SetUpload } from '../set-upload.js';
import { collect, integer, namesIn, namesOf } from '../values.js';

interface CompareOptions extends CommonOptions {
  readonly format?: ResultFormat | ExportName;
  readonly out?: string;
  readonly html?: string;
  readonly baseline?: string;
  readonly baselineTask?: number;
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
  readonly images?: string;
  readonly synonyms?: string;
  readonly decoding: (AskedDecoding | undefined)[];
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
    .option('--retain <file>', 'retain set of the same task, where it reads one', collect, [])
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
    .option('--images <folder>', 'of the pictures that rows name (default: beside their file)')
    .option(
      '--synonyms <file>',
      "for chair: a line of words per object, or the public script's chair.py",
    )
    .option(
      '--decoding <settings>',
      'none, deco, or deco,layers=5-6,alpha=0; several times: each task by each',
      (text: string, all: (AskedDecoding | undefined)[]) => [...all, decodingIn(text)],
      [],
    )
    .option('--judge <name>', judges.join(', '))
    .option('--max-tokens <n>', 'of an answer', integer)
    .option('--limit <n>', 'questions asked per set', integer)
    .option('--no-wait', 'print the run and leave')
    .action((_: RunOptions, command: Command) => run(command.optsWithGlobals<RunOptions>()));
  parent
    .command('chair-rows')
    .description("the file that the task chair asks, of a folder of COCO's pictures")
    .requiredOption('--images <folder>', 'pictures whose names end with their numbers')
    .requiredOption('--instances <file...>', "COCO's instances_*.json")
    .requiredOption('--captions <file...>', "COCO's captions_*.json")
    .option('--synonyms <file>', "a line of words per object, or the public script's chair.py")
    .option('--count <n>', 'so many pictures, evenly over all', integer)
    .action(async (options: PictureFolder) => {
      process.stdout.write(await chairRows(options));
    });
  remoteSubcommand(parent, 'compare <run>', "the figures of a run's cells side by side")
    .addOption(
      new Option(
        '--format <name>',
        'every figure, row by row; or folders for other tools (with --out)',
      ).choices([...resultFormats, ...exportNames]),
    )
    .option('--out <path>', 'file, or folder of what other tools read')
    .option('--html <file>', 'also as a leaderboard, a page to read')
    .option('--baseline <model>', 'of pictures: paired differences to this model of the run')
    .option(
      '--baseline-task <index>',
      'of pictures: to this task, such as another decoding',
      integer,
    )
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
  const { models, holdout: path, images, tasks: names, judge, maxTokens, limit } = options;
  const sets = new SetUpload(client, images);
  const holdout = path && { holdout: await sets.upload(path) };
  const synonyms =
    options.synonyms === undefined
      ? undefined
      : await sets.uploadRows(synonymRows(options.synonyms), 'synonyms.jsonl');
  const decodings = options.decoding.length > 0 ? options.decoding : [undefined];
  const asked: RunRequestInput['tasks'] = [];
  for (const [forgetPath, retainPath] of pairsOf(options)) {
    const forget = await sets.upload(forgetPath);
    const retain = retainPath === undefined ? undefined : await sets.upload(retainPath);
    for (const name of names)
      for (const decoding of decodings) {
        const beside = name === 'chair' ? (synonyms ?? retain) : retain;
        const files = { forget, ...(beside === undefined ? {} : { retain: beside }), ...holdout };
        asked.push({ name, files, ...(decoding ? { decoding } : {}) });
      }
  }
  return {
    models: namesOf(models),
    tasks: asked,
    ...(judge === undefined ? {} : { judge }),
    ...(maxTokens === undefined ? {} : { max_tokens: maxTokens }),
    ...(limit === undefined ? {} : { limit }),
  };
}

/** @throws CommandError where a task lacks its retain set */
function pairsOf({ forget, retain, tasks: names }: RunOptions): [string, string | undefined][] {
  if (retain.length === 0 && names.every(asksAlone)) return forget.map((path) => [path, undefined]);
  if (forget.length !== retain.length)
    throw new CommandError(
      `--forget and --retain go in pairs: expected as many of each, found ${forget.length} and ${retain.length}`,
      exitCodes.usage,
    );
  return zip(forget, retain);
}

async function compare(id: string, options: CompareOptions): Promise<void> {
  const client = tenantClient(options);
  const { format, out, html, json, baseline, baselineTask } = options;
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
  if (baseline !== undefined || baselineTask !== undefined)
    return printCompared(await comparedTo(client, id, options), json);
  if (json) printJson(cells);
  else print(cellsTables(cells));
}

/** @throws CommandError where there is none */
async function comparedTo(
  client: LetheClient,
  id: string,
  { baseline, baselineTask }: CompareOptions,
): Promise<EvaluationComparison[]> {
  const compared: EvaluationComparison[] = [];
  const to = {
    ...(baseline === undefined ? {} : { baseline }),
    ...(baselineTask === undefined ? {} : { baseline_task: baselineTask }),
  };
  for await (const one of client.comparisons(id, to)) compared.push(one);
  if (compared.length > 0) return compared;
  throw new CommandError(
    'there is nothing to compare: expected cells of chair, pope or mme that have succeeded, and others of the same file as their baseline',
    exitCodes.failed,
  );
}

function printCompared(compared: readonly EvaluationComparison[], json = false): void {
  if (json) return printJson(compared);
  print(comparisonTables(compared));
  for (const one of compared)
    for (const warning of one.warnings) note(`warning: ${nameOf(one)}: ${warning}`);
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
