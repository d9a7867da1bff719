// lethe unlearn: upload the sets, create the job, follow it, show what became of it.

import { Option, type Command } from 'commander';
import { access } from 'node:fs/promises';
import pc from 'picocolors';
import type { LetheClient } from '#client/lethe-client.js';
import type { Job } from '#client/types.js';
import { judges } from '#contracts/judges.js';
import type { UnlearnInput } from '#contracts/methods/unlearn.js';
import { auditTiers } from '#contracts/probes.js';
import { teachers } from '#contracts/teachers.js';
import { auditTable } from '../audit-table.js';
import { type CommonOptions, patientRetries, remoteSubcommand, tenantClient } from '../context.js';
import { withHyperparameters, withRequestOptions } from '../job-options.js';
import { knowledgeTable } from '../knowledge-table.js';
import { note, print, printJson } from '../output.js';
import { summaryTable } from '../report-tables.js';
import { SetUpload } from '../set-upload.js';
import { requestFields, type Shorthands } from '../unlearn-body.js';
import { watchJob } from '../watch-job.js';

interface UnlearnOptions extends CommonOptions, Shorthands {
  readonly model: string;
  readonly forget: string;
  readonly retain: string;
  readonly forgetEval?: string;
  readonly retainEval?: string;
  readonly holdout?: string;
  readonly retainTerms?: string;
  readonly recipe?: string;
  readonly set: string[];
  readonly suffix?: string;
  readonly seed?: number;
  readonly wait: boolean;
}

export function registerUnlearn(program: Command): void {
  const command = remoteSubcommand(
    program,
    'unlearn',
    'make a model forget: upload the sets, train, judge, publish',
  )
    .requiredOption('--model <model>', 'the model to start from, base or tuned')
    .requiredOption('--forget <file>', 'what to forget, JSON lines')
    .requiredOption('--retain <file>', 'what to keep, JSON lines')
    .option('--forget-eval <file>', 'questions to judge forgetting by (default: the forget set)')
    .option('--retain-eval <file>', 'questions to judge retention by (default: the retain set)')
    .option(
      '--objective <objective>',
      'how to forget, such as npo; its options by --set objective.beta=0.2 (default: relearn)',
    )
    .option(
      '--retain-terms <terms>',
      "gdr, klr, both with a comma, or none (default: the objective's)",
    )
    .option(
      '--mask <mask>',
      'parameters a step may change: sure or memflex; options by --set mask.percentile=90 (default: all)',
    )
    .option('--recipe <file>', 'a JSON file of the request\'s "unlearn" fields');
  withHyperparameters(command, 'the train set')
    .addOption(new Option('--teacher <teacher>', 'who writes the safe answers').choices(teachers))
    .addOption(new Option('--judge <judge>', 'who judges').choices(judges))
    .addOption(
      new Option('--audit <tier>', 'how much is attacked and measured afterwards').choices([
        ...auditTiers,
        'none',
      ]),
    )
    .option(
      '--reference <model>',
      'a model that never saw the forget set, for the audit to compare with (default: the bare base of a tuned model)',
    )
    .option(
      '--holdout <file>',
      "questions of the forget set's kind that no model was taught, for the audit to tell them apart",
    )
    .option('--limit <n>', 'upper bound of questions judged per set');
  withRequestOptions(command, 'hyperparameters.weight_decay=0').action(unlearn);
}

async function unlearn(options: UnlearnOptions): Promise<void> {
  const client = tenantClient(options, patientRetries);
  const fields = requestFields(options.recipe, options, options.set);
  if (options.retainTerms !== undefined)
    fields.retain_terms = options.retainTerms === 'none' ? [] : options.retainTerms.split(',');
  const job = await createUnlearning(client, options, fields);
  if (!options.wait) return options.json ? printJson(job) : print(job.id);
  if (!options.json)
    note(
      `job ${pc.bold(job.id)}; Ctrl-C leaves it running, "lethe jobs follow ${job.id}" comes back to it`,
    );
  await finish(client, job.id, options);
}

async function createUnlearning(
  client: LetheClient,
  options: UnlearnOptions,
  fields: Record<string, unknown>,
): Promise<Job> {
  const { forgetEval, retainEval, holdout } = options;
  const paths = [options.forget, options.retain, forgetEval, retainEval, holdout];
  // Nothing is sent before every file is known to be there.
  for (const path of paths) if (path !== undefined) await access(path);
  const sets = new SetUpload(client);
  const upload = (path: string) => sets.upload(path);
  const [forget, retain, forgetFile, retainFile, holdoutFile] = await Promise.all([
    upload(options.forget),
    upload(options.retain),
    forgetEval && upload(forgetEval),
    retainEval && upload(retainEval),
    holdout && upload(holdout),
  ]);
  const evaluation = {
    ...(fields.evaluation as object),
    ...(forgetFile && { forget_file: forgetFile }),
    ...(retainFile && { retain_file: retainFile }),
    ...(holdoutFile && { holdout_file: holdoutFile }),
  };
  const body = { ...fields, evaluation, retain_file: retain } as UnlearnInput;
  return client.createJob({
    model: options.model,
    training_file: forget,
    suffix: options.suffix,
    seed: options.seed,
    method: { type: 'unlearn', unlearn: body },
  });
}

const withoutRows = <R extends { readonly rows: unknown }>({ rows: _rows, ...figures }: R) =>
  figures;

/** Follows a job to its end and shows its report. */
export async function finish(
  client: LetheClient,
  id: string,
  options: CommonOptions,
): Promise<void> {
  const job = await watchJob(client, id, options.json);
  const report = await client.report(id);
  if (options.json)
    return printJson({
      job,
      summary: { before: report.before?.summary, after: report.after?.summary },
      ...(report.knowledge ? { knowledge: withoutRows(report.knowledge) } : {}),
      ...(report.audit ? { audit: withoutRows(report.audit) } : {}),
      seconds: report.seconds,
    });
  if (report.after) print(summaryTable(report));
  if (report.knowledge) print(knowledgeTable(report.knowledge));
  if (report.audit) print(auditTable(report.audit));
  const { fine_tuned_model: model } = job;
  // An audit makes none.
  if (model === null) return;
  print(`model ${pc.bold(model)}`);
  const ask = report.knowledge ? 'knowledge ask "..."' : 'chat';
  print(
    pc.dim(`answers side by side: npx lethe eval ${id}; ask it: npx lethe ${ask} --model ${model}`),
  );
}
