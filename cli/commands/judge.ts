// lethe judge: what a judge makes of a user's own pairs of gold answer and answer.

import { type Command, Option } from 'commander';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { zip } from '#collections/zip.js';
import { type JudgeName, judges } from '#contracts/judges.js';
import { type Finding, findingOf } from '#metrics/finding.js';
import type { RatedAnswer } from '#metrics/judge-answer.js';
import { projectRoot } from '#supervisor/layout.js';
import { CommandError } from '../command-error.js';
import { exitCodes } from '../exit-codes.js';
import { type Pair, parsePairs } from '../judge-pairs.js';
import { print, printJson, shown, table } from '../output.js';

export function registerJudge(program: Command): void {
  program
    .command('judge')
    .description("judge a user's own answers against gold answers, without a platform")
    .requiredOption('--pairs <file>', 'JSON lines of {set, q, gold, a}')
    .addOption(
      new Option('--judge <judge>', 'all but lexical take the settings of the evaluation workers')
        .choices(judges)
        .default('lexical'),
    )
    .option('--json', 'print JSON, for machines')
    .action(judge);
}

interface Options {
  readonly pairs: string;
  readonly judge: JudgeName;
  readonly json?: boolean;
}

async function judge(options: Options): Promise<void> {
  const pairs = parsePairs(readFileSync(options.pairs, 'utf8'), options.pairs);
  const judged = await judgedBy(options.judge, pairs);
  const findings = zip(pairs, judged).map(([pair, { judged: found, ratings }]) => ({
    ...pair,
    ...findingOf(pair.set, found),
    ...(ratings ? { ratings } : {}),
  }));
  if (options.json)
    return printJson(
      findings.map(({ line, set, verdict, why, ratings }) => ({
        line,
        set,
        verdict,
        why,
        ratings,
      })),
    );
  print(
    table(
      ['line', 'set', 'verdict', 'why', 'answer'],
      findings.map(({ line, set, verdict, why, a }) => [line, set, verdict, shown(why), shown(a)]),
      [6, 8, 11, 44, 44],
    ),
  );
  print(totals(options.judge, findings));
}

/** The judges are the evaluation service's: they run in a process of its own. */
async function judgedBy(name: JudgeName, pairs: readonly Pair[]): Promise<RatedAnswer[]> {
  const program = join(projectRoot, 'dist/services/evaluation/judge-pairs.js');
  const child = spawn(process.execPath, [program, name], { stdio: 'pipe' });
  // One that ends at once, as a setting is missing, reads nothing.
  child.stdin.on('error', () => {});
  for (const { set, q: question, gold, a: answer, cut } of pairs)
    child.stdin.write(`${JSON.stringify({ set, question, gold, answer, cut })}\n`);
  child.stdin.end();
  const [said, complaint, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit') as Promise<[number | null]>,
  ]);
  if (code !== exitCodes.ok)
    throw new CommandError(complaint.trim() || 'the judge ended', code ?? exitCodes.failed);
  const lines = said.split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as RatedAnswer);
}

function totals(name: JudgeName, findings: readonly (Pair & Finding)[]): string {
  const count = (verdict: Finding['verdict']) =>
    findings.filter((finding) => finding.verdict === verdict).length;
  const labelled = findings.filter(({ label }) => label !== undefined);
  const agreed = labelled.filter(({ label, verdict }) => label === verdict).length;
  return [
    `judge ${name}: ${count('forgotten')} forgotten, ${count('retained')} retained, ${count('unjudged')} unjudged`,
    ...(labelled.length > 0 ? [`as labelled: ${agreed} of ${labelled.length}`] : []),
  ].join('\n');
}
