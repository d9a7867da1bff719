// lethe audit: upload the sets, attack and measure a model that is there, show what came back.

import { type Command, Option } from 'commander';
import { access } from 'node:fs/promises';
import type { LetheClient } from '#client/lethe-client.js';
import type { Job } from '#client/types.js';
import { type JudgeName, judges } from '#contracts/judges.js';
import type { Auditing } from '#contracts/methods/audit.js';
import { auditTiers, probeNames } from '#contracts/probes.js';
import { auditTable, evidenceTable } from '../audit-table.js';
import { CommandError } from '../command-error.js';
import { type CommonOptions, patientRetries, remoteSubcommand, tenantClient } from '../context.js';
import { exitCodes } from '../exit-codes.js';
import { note, print, printJson } from '../output.js';
import { writePage } from '../report-file.js';
import { SetUpload } from '../set-upload.js';
import { integer, namesIn } from '../values.js';
import { watchJob } from '../watch-job.js';

/** As the method `audit` has them. */
type Tasks = Pick<Auditing['audit'], 'tier' | 'tasks'>;

interface AuditOptions extends CommonOptions {
  readonly model: string;
  readonly tasks?: Tasks;
  readonly forget: string;
  readonly retain?: string;
  readonly holdout?: string;
  readonly before?: string;
  readonly reference?: string;
  readonly judge?: JudgeName;
  readonly limit?: number;
  readonly rows: number;
  readonly html?: string;
  readonly wait: boolean;
}

export function registerAudit(program: Command): void {
  remoteSubcommand(program, 'audit', 'attack a model: does it still know what it was to forget?')
    .requiredOption('--model <model>', 'the model to audit, base or tuned')
    .requiredOption('--forget <file>', 'what it is to have forgotten, JSON lines')
    .option('--retain <file>', 'what it is to know still, for attacks that show other questions')
    .option('--holdout <file>', 'questions like them that no model was taught')
    .option(
      '--tasks <names>',
      'how much is attacked and measured: quick (default), full, or names of probes with commas',
      tasksOf,
    )
    .option('--before <model>', 'the model that unlearning began from: how much was there to lose?')
    .option(
      '--reference <model>',
      'a model that never saw the forget set (default: the bare base of a tuned model)',
    )
    .addOption(new Option('--judge <judge>', 'who judges').choices(judges))
    .option('--limit <n>', 'upper bound of questions asked', integer)
    .option('--rows <n>', 'questions shown, those that most attacks opened', integer, 5)
    .option('--html <file>', 'write the audit as a page for a person to read')
    .option('--no-wait', 'return when the job is created')
    .action(audit);
}

/** @throws InvalidArgumentError */
function tasksOf(text: string): Tasks {
  const tier = auditTiers.find((one) => one === text.trim());
  return tier ? { tier } : { tasks: namesIn(text, probeNames, '; quick and full go alone') };
}

async function audit(options: AuditOptions): Promise<void> {
  const client = tenantClient(options, patientRetries);
  const { id } = await createAudit(client, options);
  if (!options.wait) return options.json ? printJson({ id }) : print(id);
  if (!options.json)
    note(`job ${id}; Ctrl-C leaves it running, "lethe jobs follow ${id}" comes back to it`);
  await watchJob(client, id, options.json);
  if (options.html !== undefined) await writePage(client, id, options.html);
  const { audit: found } = await client.report(id);
  if (!found) throw new CommandError(`job ${id} left no audit`, exitCodes.failed);
  if (options.json) return printJson({ job: id, ...found });
  if (options.rows > 0) print(evidenceTable(found, options.rows));
  print(auditTable(found));
}

async function createAudit(client: LetheClient, options: AuditOptions): Promise<Job> {
  const { model, tasks, before, reference, judge, limit } = options;
  const paths = [options.forget, options.retain, options.holdout];
  // Nothing is sent before every file is known to be there.
  for (const path of paths) if (path !== undefined) await access(path);
  const sets = new SetUpload(client);
  const [forget = '', retain, holdout] = await Promise.all(
    paths.map((path) => path && sets.upload(path)),
  );
  return client.createJob({
    model,
    training_file: forget,
    method: {
      type: 'audit',
      audit: {
        ...tasks,
        before,
        reference,
        judge,
        limit,
        retain_file: retain,
        holdout_file: holdout,
      },
    },
  });
}
