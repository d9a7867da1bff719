#!/usr/bin/env node
// The `lethe` command.

import { Command, CommanderError } from 'commander';
import { registerAudit } from './commands/audit.js';
import { registerChat } from './commands/chat.js';
import { registerDecode } from './commands/decode.js';
import { registerEval } from './commands/eval.js';
import { registerFinetune } from './commands/finetune.js';
import { registerJobs } from './commands/jobs.js';
import { registerJudge } from './commands/judge.js';
import { registerKeys } from './commands/keys.js';
import { registerKnowledge } from './commands/knowledge.js';
import { registerMetrics } from './commands/metrics.js';
import { registerModel } from './commands/model.js';
import { registerObjectives } from './commands/objectives.js';
import { registerReceipt } from './commands/receipt.js';
import { registerSearch } from './commands/search.js';
import { registerTenant } from './commands/tenant.js';
import { registerUnlearn } from './commands/unlearn.js';
import { registerPlatform } from './commands/up.js';
import { exitCodes } from './exit-codes.js';
import { reportError } from './report-error.js';

const program = new Command('lethe')
  .description('Makes language models forget on request, proves it, and serves the result.')
  .addHelpText(
    'after',
    '\nExit codes: 0 done, 1 failed, 2 wrong usage or input, 3 platform not available, 4 job failed or cancelled.',
  )
  .exitOverride();

for (const register of [
  registerPlatform,
  registerTenant,
  registerModel,
  registerObjectives,
  registerUnlearn,
  registerFinetune,
  registerJobs,
  registerEval,
  registerSearch,
  registerAudit,
  registerChat,
  registerDecode,
  registerJudge,
  registerMetrics,
  registerKnowledge,
  registerKeys,
  registerReceipt,
]) {
  register(program);
}

/** Subcommands do not inherit exitOverride when they are made by hand. */
function overrideExit(command: Command): void {
  command.exitOverride();
  for (const child of command.commands) overrideExit(child);
}
overrideExit(program);

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // The reader of a pipe may leave early (`lethe jobs list | head`): that is no failure.
  if (error.code === 'EPIPE') process.exit(exitCodes.ok);
  throw error;
});

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError)
    process.exitCode = error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  else process.exitCode = reportError(error, process.argv.includes('--json'));
}
/** A pipe takes what does not fit into it later. */
const written = (stream: NodeJS.WriteStream): Promise<void> =>
  new Promise((resolve) => stream.write('', () => resolve()));
await Promise.all([process.stdout, process.stderr].map(written));
// A detached supervisor's IPC channel or a kept-alive connection must not hold the command open.
process.exit();
