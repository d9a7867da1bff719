// lethe metrics: TOFU's figures, and all of open-unlearning's, from evaluation logs, ours or anyone's;
// beside them those of answers about images.

import type { Command } from 'commander';
import { readFileSync } from 'node:fs';
import { readOpenUnlearningLog } from '#metrics/open-unlearning/log.js';
import { openUnlearningReport } from '#metrics/open-unlearning/report.js';
import { parseTofuLogs } from '#metrics/tofu/read-logs.js';
import { tofuReport } from '#metrics/tofu/report.js';
import { print, printJson, table } from '../output.js';
import { registerHallucination } from './hallucination.js';

interface LogOptions {
  readonly logs: string;
  readonly retainLogs?: string;
  readonly fullLogs?: string;
  readonly json?: boolean;
}

export function registerMetrics(program: Command): void {
  const metrics = program.command('metrics').description('compute metrics from files');
  metrics
    .command('tofu')
    .description('model utility and forget quality from logs of locuslab/tofu or open-unlearning')
    .requiredOption('--logs <file>', "the judged model's log")
    .option(
      '--retain-logs <file>',
      'the log of a model trained on the retain set alone; needed for forget quality',
    )
    .option('--json', 'print JSON, for machines')
    .action(tofu);
  metrics
    .command('open-unlearning')
    .description(
      "every figure of open-unlearning's TOFU_EVAL.json or MUSE_EVAL.json, computed again, and its aggregate",
    )
    .requiredOption('--logs <file>', "the judged model's log")
    .option(
      '--retain-logs <file>',
      'the log of a model trained on the retain set alone; needed for privleak and Privacy',
    )
    .option(
      '--full-logs <file>',
      'the log of the model that unlearning began from; needed for Utility and Overall',
    )
    .option('--json', 'print JSON, for machines')
    .action(openUnlearning);
  registerHallucination(metrics);
}

function tofu({ logs, retainLogs, json }: LogOptions): void {
  const read = reading(parseTofuLogs);
  printFigures(
    tofuReport(read(logs), retainLogs === undefined ? undefined : read(retainLogs)),
    json,
  );
}

function openUnlearning({ logs, retainLogs, fullLogs, json }: LogOptions): void {
  const read = reading(readOpenUnlearningLog);
  const [retain, full] = [retainLogs, fullLogs].map((file) => (file ? read(file) : undefined));
  printFigures(openUnlearningReport(read(logs), retain, full), json);
}

const reading =
  <T>(parse: (text: string, file: string) => T) =>
  (file: string): T =>
    parse(readFileSync(file, 'utf8'), file);

function printFigures(figures: Readonly<Record<string, number>>, json = false): void {
  if (json) printJson(figures);
  else
    print(
      table(
        ['figure', 'value'],
        Object.entries(figures).map(([name, value]) => [name, value.toPrecision(6)]),
      ),
    );
}
