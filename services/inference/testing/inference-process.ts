// Inference as a process of its own, which can be killed.

import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** What held-link.js says. */
export const LINKED = 'a link is chosen';

export interface InferenceProcess {
  readonly child: ChildProcess;
  /** Of gRPC. */
  readonly port: number;
}

/** Resolves once it takes calls. */
export async function spawnInference(variables: Record<string, string>): Promise<InferenceProcess> {
  const child = spawn(process.execPath, [join(import.meta.dirname, '../main.js')], {
    env: { ...variables, LOG_LEVEL: 'info' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const port = await new Promise<number>((resolve) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const { msg, port: found } = JSON.parse(line) as { msg: string; port?: number };
      if (msg === 'gRPC server started') resolve(found!);
    });
  });
  return { child, port };
}
