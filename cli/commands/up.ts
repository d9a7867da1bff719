// lethe up, down, status: the platform on this machine.

import type { Command } from 'commander';
import { resolve } from 'node:path';
import pc from 'picocolors';
import { lockHolder } from '#process/process-lock.js';
import { stopPlatform } from '#supervisor/down.js';
import type { ClientEnv } from '#supervisor/env.js';
import { layout } from '#supervisor/layout.js';
import { runSupervisor } from '#supervisor/run.js';
import { runningState, type PlatformState } from '#supervisor/state.js';
import { startDetached } from '#supervisor/up.js';
import { type CommonOptions, environment, subcommand } from '../context.js';
import { exitCodes } from '../exit-codes.js';
import { note, print, printJson, table } from '../output.js';
import { integer } from '../values.js';

interface UpOptions extends CommonOptions {
  readonly port?: number;
  readonly models: string[];
  readonly foreground?: boolean;
}

export function registerPlatform(program: Command): void {
  subcommand(
    program,
    'up',
    'start the platform: Redis and the five services, kept running in the background',
  )
    .option('--port <port>', "the gateway's port (PORT, default 8787)", integer)
    .option(
      '--models <folder>',
      'a folder of models beside the built-in one (repeatable; MODEL_DIRS)',
      (dir: string, all: string[]) => [...all, resolve(dir)],
      [],
    )
    .option('--foreground', 'stay in the foreground and stop on Ctrl-C')
    .action(up);
  subcommand(program, 'down', 'stop the platform').action(down);
  subcommand(program, 'status', 'show what runs').action(status);
}

async function up(options: UpOptions): Promise<void> {
  const base = environment(options);
  const env: ClientEnv = {
    ...base,
    port: options.port ?? base.port,
    modelDirs: [...options.models, ...base.modelDirs],
  };
  if ((await lockHolder(layout(env.home).lock)) !== null) {
    const running = runningState(layout(env.home).state);
    return options.json
      ? printJson({ url: running?.url, alreadyRunning: true })
      : print(
          `Lethe is already running in ${env.home}${running ? ` at ${running.url}` : ' (starting)'}`,
        );
  }
  if (options.foreground) return runSupervisor(env, (url) => announce(env, url, options));
  if (!options.json) note(`starting Lethe in ${env.home} ...`);
  announce(env, await startDetached(env), options);
}

function announce(env: ClientEnv, url: string, options: UpOptions): void {
  if (options.json) return printJson({ url, home: env.home, alreadyRunning: false });
  print(`${pc.green('Lethe is up')} at ${pc.bold(url)}`);
  print(`  logs       ${layout(env.home).logs}`);
  print(`  next       npx lethe tenant create acme --save`);
  print(`  stop with  npx lethe down`);
}

async function down(options: CommonOptions): Promise<void> {
  const stopped = await stopPlatform(environment(options));
  if (options.json) printJson({ stopped });
  else print(stopped ? 'Lethe is down' : 'Lethe was not running');
}

function status(options: CommonOptions): void {
  const state = runningState(layout(environment(options).home).state);
  if (!state) process.exitCode = exitCodes.unavailable;
  if (options.json) return printJson(state ?? { processes: [] });
  print(state ? statusTable(state) : 'Lethe is not running');
}

function statusTable(state: PlatformState): string {
  const rows = state.processes.map((p) => [
    p.name,
    p.status,
    p.pid ?? '',
    p.port,
    p.restarts,
    p.log,
  ]);
  return `${state.url}, since ${state.startedAt}\n${table(['process', 'status', 'pid', 'port', 'restarts', 'log'], rows)}`;
}
