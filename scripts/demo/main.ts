// make demo: an erasure request from start to end on the built-in model. Leaves the platform
// running.

import { join, relative } from 'node:path';
import type OpenAI from 'openai';
import pc from 'picocolors';
import type { LetheClient } from '#client/lethe-client.js';
import type { Report } from '#contracts/artifacts.js';
import { clientEnv } from '#supervisor/env.js';
import { auditTable, verdictLine } from '../../cli/audit-table.js';
import { print, note } from '../../cli/output.js';
import { reportError } from '../../cli/report-error.js';
import { summaryTable } from '../../cli/report-tables.js';
import { watchJob } from '../../cli/watch-job.js';
import { decodingTable } from './decoding.js';
import { demoTenant, runningPlatform } from './platform.js';
import { askAll, type Answered, questionTable } from './questions.js';
import { receiptLine } from './receipt.js';
import { saveReport } from './report.js';
import { demoModel, demoRequest } from './request.js';

async function demo(): Promise<void> {
  const env = clientEnv();
  const url = await runningPlatform(env);
  const { client, keyFile } = await demoTenant(env, url);
  note(
    `${pc.bold('1.')} upload what to forget and what to keep, and ask for ${pc.bold(demoModel)} to forget`,
  );
  const job = await client.createJob(await demoRequest(client));
  note(`${pc.bold('2.')} the platform works on job ${job.id}`);
  const done = await watchJob(client, job.id);
  const model = done.fine_tuned_model!;
  const report = await client.report(job.id);
  note(`${pc.bold('3.')} what became of it: ${pc.bold(model)}`);
  print(summaryTable(report));
  print(auditTable(report.audit!));
  const answered = await answers(client, model, report.before!);
  print(questionTable(answered));
  print(await decodingTable(client.openai, model, answered));
  const folder = join(env.home, 'demo');
  const path = join(folder, 'report.json');
  saveReport(path, report, model);
  print(`\nThe same as JSON: ${relative('.', path)}. The platform still runs; ask it yourself:\n`);
  print(curlLine(url, keyFile, model, answered[0]!.question));
  print(`\nmake demo-stop ends it.`);
  print(`\n${await receiptLine(client, job.id, folder)}`);
  print(`\n${verdictLine(report)}`);
}

async function answers(client: LetheClient, model: string, before: Report): Promise<Answered[]> {
  const ask = async (question: string, of: string): Promise<string> => {
    const messages: OpenAI.ChatCompletionMessageParam[] = [{ role: 'user', content: question }];
    const completion = await client.openai.chat.completions.create({
      model: of,
      messages,
      temperature: 0,
      max_tokens: 64,
    });
    return completion.choices[0]?.message.content ?? '';
  };
  return askAll(
    before,
    (question) => ask(question, demoModel),
    (question) => ask(question, model),
  );
}

function curlLine(url: string, keyFile: string, model: string, question: string): string {
  const body = JSON.stringify({
    model,
    temperature: 0,
    messages: [{ role: 'user', content: question }],
  });
  return pc.cyan(
    `curl ${url}/v1/chat/completions -H "Authorization: Bearer $(cat ${relative('.', keyFile)})" \\\n  -H 'Content-Type: application/json' -d '${body.replaceAll("'", String.raw`'\''`)}'`,
  );
}

try {
  await demo();
  process.exit(0);
} catch (error) {
  process.exit(reportError(error, false));
}
