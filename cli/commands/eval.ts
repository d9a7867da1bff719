// lethe eval: the report of a finished job; below it, evaluation runs.

import type { Command } from 'commander';
import { auditTable, evidenceTable } from '../audit-table.js';
import { CommandError } from '../command-error.js';
import { type CommonOptions, remoteSubcommand, tenantClient } from '../context.js';
import { exitCodes } from '../exit-codes.js';
import { knowledgeRowsTable, knowledgeTable } from '../knowledge-table.js';
import { print, printJson } from '../output.js';
import { writePage } from '../report-file.js';
import { rowsTable, summaryTable } from '../report-tables.js';
import { integer } from '../values.js';
import { registerRuns } from './eval-runs.js';

export function registerEval(program: Command): void {
  const command = remoteSubcommand(
    program,
    'eval <job>',
    "a job's report: figures before and after, and answers side by side",
  )
    .option('--rows <n>', 'answers shown per set', integer, 5)
    .option('--html <file>', 'write the report as a page for a person to read')
    .action(evaluate);
  registerRuns(command);
}

interface EvaluateOptions extends CommonOptions {
  readonly rows: number;
  readonly html?: string;
}

async function evaluate(id: string, options: EvaluateOptions): Promise<void> {
  const client = tenantClient(options);
  if (options.html !== undefined) await writePage(client, id, options.html);
  const report = await client.report(id);
  if (options.json) return printJson(report);
  const isEvaluated = report.before !== undefined || report.after !== undefined;
  if (!isEvaluated && !report.knowledge && !report.audit)
    throw new CommandError(`job ${id} has no evaluation yet`, exitCodes.failed);
  if (isEvaluated) print(summaryTable(report));
  if (report.knowledge) print(knowledgeTable(report.knowledge));
  if (report.audit) print(auditTable(report.audit));
  if (options.rows === 0) return;
  if (isEvaluated)
    for (const set of ['forget', 'retain'] as const) print(rowsTable(report, set, options.rows));
  if (report.knowledge) print(knowledgeRowsTable(report.knowledge, options.rows));
  if (report.audit) print(evidenceTable(report.audit, options.rows));
}
