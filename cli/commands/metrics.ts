// lethe metrics tofu: TOFU's figures from evaluation logs, ours or anyone's.

import type { Command } from 'commander';
import { readFileSync } from 'node:fs';
import { parseTofuLogs } from '#metrics/tofu/read-logs.js';
import { tofuReport } from '#metrics/tofu/report.js';
import { print, printJson, table } from '../output.js';

export function registerMetrics(program: Command): void {
  program
    .command('metrics')
    .description('compute metrics from files')
    .command('tofu')
    .description('model utility and forget quality from logs of locuslab/tofu or open-unlearning')
    .requiredOption('--logs <file>', "the judged model's log")
    .option(
      '--retain-logs <file>',
      'the log of a model trained on the retain set alone; needed for forget quality',
    )
    .option('--json', 'print JSON, for machines')
    .action(tofu);
}

const read = (file: string) => parseTofuLogs(readFileSync(file, 'utf8'), file);

function tofu(options: { logs: string; retainLogs?: string; json?: boolean }): void {
  const report = tofuReport(
    read(options.logs),
    options.retainLogs === undefined ? undefined : read(options.retainLogs),
  );
  if (options.json) printJson(report);
  else
    print(
      table(
        ['figure', 'value'],
        Object.entries(report).map(([name, value]) => [name, value.toPrecision(6)]),
      ),
    );
}
