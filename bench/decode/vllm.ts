// vLLM, by lines.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { AdaptedModel } from './adapted-model.js';
import type { Server, ServerAnswers } from './server.js';

const SCRIPT = 'bench/decode/vllm-process.py';

export const pythonOf = (folder: string): string => join(folder, 'bin', 'python');

/**
 * @param folder of its virtual environment @param slots its places for adapters
 * @throws Error where it does not start.
 */
export async function startVllm(
  folder: string,
  { model, adapters }: AdaptedModel,
  slots: number,
  threads: number,
): Promise<Server> {
  const args = [SCRIPT, model, adapters, String(slots), String(threads)];
  const child = spawn(pythonOf(folder), args, { stdio: ['pipe', 'pipe', 'ignore'] });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const answer = async (): Promise<ServerAnswers> => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`vLLM has ended: ${pythonOf(folder)} ${args.join(' ')} says why`);
    return JSON.parse(value) as ServerAnswers;
  };
  await answer();
  return {
    ask: (requests) => {
      child.stdin.write(`${JSON.stringify(requests)}\n`);
      return answer();
    },
    close: async () => {
      const ended = once(child, 'exit');
      child.stdin.end();
      await ended;
    },
  };
}
