// lethe jobs: look at jobs, follow and cancel them.

import type { Command } from 'commander';
import type { Job, JobEvent } from '#client/types.js';
import { type CommonOptions, patientRetries, remoteSubcommand, tenantClient } from '../context.js';
import { print, printJson, table, time } from '../output.js';
import { stageNote, stageSeconds } from '../stage-bars.js';
import { stageTitles } from '../stage-titles.js';
import { integer } from '../values.js';
import { finish } from './unlearn.js';

export function registerJobs(program: Command): void {
  const jobs = program.command('jobs').description('list, look at, follow, cancel and delete jobs');
  remoteSubcommand(jobs, 'list', 'list jobs, newest first')
    .option('--limit <n>', 'how many', integer, 20)
    .action(list);
  remoteSubcommand(jobs, 'get <job>', 'show a job and its stages').action(get);
  remoteSubcommand(jobs, 'follow <job>', 'follow a job to its end').action(
    (id: string, options: CommonOptions) =>
      finish(tenantClient(options, patientRetries), id, options),
  );
  remoteSubcommand(jobs, 'cancel <job>', 'cancel a job').action(cancel);
  remoteSubcommand(
    jobs,
    'delete <job>',
    'delete a job with all it has left, but not its model',
  ).action(remove);
  remoteSubcommand(jobs, 'events <job>', "show a job's events")
    .option('--follow', 'wait for more until the job is over')
    .action(events);
}

async function list(options: CommonOptions & { limit: number }): Promise<void> {
  const jobs: Job[] = [];
  for await (const job of tenantClient(options).jobs()) {
    if (jobs.length === options.limit) break;
    jobs.push(job);
  }
  if (options.json) return printJson(jobs);
  print(
    table(
      ['job', 'status', 'model', 'created', 'result'],
      jobs.map((j) => [j.id, j.status, j.model, time(j.created_at), j.fine_tuned_model ?? '']),
    ),
  );
}

async function get(id: string, options: CommonOptions): Promise<void> {
  const job = await tenantClient(options).job(id);
  if (options.json) printJson(job);
  else print(jobText(job));
}

function jobText(job: Job): string {
  const rows = job.stages.map((s) => [
    stageTitles[s.name],
    s.status,
    `${s.done}/${s.total}`,
    stageSeconds(s)?.toFixed(1) ?? '',
    stageNote(s),
  ]);
  const lines = [
    `${job.id}  ${job.status}  ${job.model} -> ${job.fine_tuned_model ?? '(no model yet)'}`,
    table(['stage', 'status', 'done', 'seconds', ''], rows),
  ];
  return job.error?.message
    ? [...lines, `error: ${job.error.message}`].join('\n')
    : lines.join('\n');
}

async function cancel(id: string, options: CommonOptions): Promise<void> {
  const job = await tenantClient(options).cancelJob(id);
  if (options.json) printJson(job);
  else print(`job ${job.id} is ${job.status}`);
}

async function remove(id: string, options: CommonOptions): Promise<void> {
  await tenantClient(options).deleteJob(id);
  if (options.json) printJson({ id, deleted: true });
  else print(`job ${id} is deleted`);
}

async function events(id: string, options: CommonOptions & { follow?: boolean }): Promise<void> {
  const client = tenantClient(options);
  const show = (event: JobEvent) =>
    print(
      options.json
        ? JSON.stringify(event)
        : `${time(event.created_at)}  ${event.level.padEnd(5)}  ${event.message}`,
    );
  if (options.follow) {
    for await (const event of await client.followEvents(id)) show(event);
    return;
  }
  const all: JobEvent[] = [];
  for await (const event of client.events(id)) all.push(event);
  for (const event of all.toReversed()) show(event);
}
