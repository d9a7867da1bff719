// One side of the comparison: a process that reads its task from a file and trains the batches it
// is told to, one at a time.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';
import type { Precision } from '#contracts/precision.js';
import type { EncodedExample } from '#models/text/encode-example.js';

export interface Task {
  /** The checkpoint as we read it. */
  readonly model: string;
  /** The same numbers as a Hugging Face folder, in float32. */
  readonly folder: string;
  readonly batches: readonly (readonly EncodedExample[])[];
  readonly rank: number;
  readonly alpha: number;
  readonly targetModules: readonly string[];
  readonly learningRate: number;
  readonly maxLength: number;
  readonly threads: number;
  /** Of our side. */
  readonly precision: Precision;
}

export interface Start {
  /** Reading the weights. */
  readonly loadSeconds: number;
  /** From weights in memory to ready for the first step. */
  readonly startSeconds: number;
}

/** One optimizer step: forward, backward, clipping, update. */
export interface Turn {
  readonly seconds: number;
  /** Of all threads of the process. */
  readonly cpuSeconds: number;
  readonly loss: number;
  /** Largest resident memory of the process so far. */
  readonly peakMb: number;
}

/** Processes that are started for the sake of the start's figures; the last of them goes on. */
const STARTS = 3;

export class Contestant {
  private constructor(
    readonly name: string,
    readonly starts: readonly Start[],
    private readonly child: ChildProcess,
    private readonly lines: AsyncIterator<string>,
  ) {}

  /** @throws Error with the end of what the process said if it ends before it is ready. */
  static async open(name: string, command: string, args: readonly string[]): Promise<Contestant> {
    const starts: Start[] = [];
    while (starts.length < STARTS - 1) {
      const one = await Contestant.start(name, command, args, []);
      starts.push(...one.starts);
      await one.close();
    }
    return Contestant.start(name, command, args, starts);
  }

  private static async start(
    name: string,
    command: string,
    args: readonly string[],
    before: readonly Start[],
  ): Promise<Contestant> {
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    const errors: string[] = [];
    child.stderr.setEncoding('utf8').on('data', (text: string) => errors.push(text));
    child.on('error', (error) => errors.push(error.message));
    const output: Interface = createInterface({ input: child.stdout });
    const lines = output[Symbol.asyncIterator]();
    const first = await lines.next();
    if (first.done) throw new Error(`${name} did not start: ${errors.join('').slice(-1000)}`);
    return new Contestant(name, [...before, JSON.parse(first.value) as Start], child, lines);
  }

  async turn(batch: number): Promise<Turn> {
    this.child.stdin!.write(`${batch}\n`);
    const line = await this.lines.next();
    if (line.done) throw new Error(`${this.name} ended during batch ${batch}`);
    return JSON.parse(line.value) as Turn;
  }

  async close(): Promise<void> {
    this.child.stdin!.end();
    if (this.child.exitCode === null) await once(this.child, 'exit');
  }
}
