// One child process kept alive: started, logged, restarted with backoff when it dies, stopped
// within a deadline.

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { healthyAfter, restartDelay } from './backoff.js';
import { lastWords } from './last-words.js';
import { PlatformError } from './platform-error.js';
import { RotatingLog } from './rotating-log.js';
import type { ProcessState } from './state.js';

export interface ProcessSpec {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly port: number;
  readonly log: string;
  /** Part of the command line by which the process is known. */
  readonly mark: string;
  /** Time to stop in, in ms, before SIGKILL. */
  readonly stopWithin: number;
  /** One look whether it can work; must not throw. */
  ready(): Promise<boolean>;
  /** One look whether it answers at all, in bounded time; must not throw. */
  alive(): Promise<boolean>;
  /** Between two looks, in ms. */
  readonly probeEvery?: number;
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Between two looks at a process that was ready, in ms; */
const probeEvery = 5000;
/** it may miss so many less one: a busy machine is no reason to be killed. */
const hungAfter = 5;

export class ManagedProcess {
  private child?: ChildProcess;
  private readonly log: RotatingLog;
  private status: ProcessState['status'] = 'stopped';
  private restarts = 0;
  /** Deaths in a row, each soon after its start. */
  private failures = 0;
  private stopping = false;
  private timer?: NodeJS.Timeout;

  constructor(
    private readonly spec: ProcessSpec,
    private readonly changed: () => void,
  ) {
    this.log = new RotatingLog(spec.log);
  }

  get state(): ProcessState {
    const { name, port, mark, log } = this.spec;
    return {
      name,
      pid: this.child?.pid,
      port,
      status: this.status,
      restarts: this.restarts,
      mark,
      log,
    };
  }

  start(): void {
    const startedAt = Date.now();
    // A process group of its own: Ctrl-C in the terminal reaches the supervisor alone, which stops
    // the rest in order.
    const child = spawn(this.spec.command, this.spec.args, {
      env: this.spec.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    this.child = child;
    child.stdout.on('data', (chunk: Buffer) => this.log.write(chunk));
    child.stderr.on('data', (chunk: Buffer) => this.log.write(chunk));
    child.once('error', (error) => this.log.write(`cannot start: ${error.message}\n`));
    child.once('close', (code, signal) => this.onClose(startedAt, signal ?? `exit code ${code}`));
    this.become('starting');
    void this.watchReadiness(child);
  }

  /**
   * Waits for the first readiness.
   * @throws PlatformError with the end of the story where the time is over or it keeps dying.
   */
  async untilReady(deadline: number): Promise<void> {
    while (this.status !== 'ready') {
      if (this.failures >= 3) throw this.problem('keeps dying at its start');
      if (Date.now() > deadline) throw this.problem('is not ready in time');
      if (this.stopping)
        throw new PlatformError(`${this.spec.name} was stopped before it was ready`);
      await pause(50);
    }
  }

  async stop(): Promise<void> {
    this.stopping = true;
    clearTimeout(this.timer);
    const { child } = this;
    if (child && child.exitCode === null && child.signalCode === null && child.pid) {
      const closed = once(child, 'close');
      child.kill('SIGTERM');
      const kill = setTimeout(() => {
        this.log.write(`did not stop within ${this.spec.stopWithin} ms: killed\n`);
        child.kill('SIGKILL');
      }, this.spec.stopWithin);
      await closed;
      clearTimeout(kill);
    }
    this.become('stopped');
    this.log.close();
  }

  private problem(what: string): PlatformError {
    const words = lastWords(this.spec.log);
    return new PlatformError(
      `${this.spec.name} ${what}${words ? `: ${words}` : ''}; its log is ${this.spec.log}`,
    );
  }

  private onClose(startedAt: number, reason: string): void {
    this.child = undefined;
    if (this.stopping) return;
    this.failures = Date.now() - startedAt > healthyAfter ? 0 : this.failures + 1;
    const delay = restartDelay(Math.max(0, this.failures - 1));
    this.log.write(`${this.spec.name} ended (${reason}); starts again in ${delay} ms\n`);
    this.restarts += 1;
    this.become('restarting');
    this.timer = setTimeout(() => this.start(), delay);
  }

  private async watchReadiness(child: ChildProcess): Promise<void> {
    while (this.child === child && !this.stopping) {
      if (await this.spec.ready()) {
        if (this.child === child && !this.stopping) this.become('ready');
        return this.watchLife(child);
      }
      await pause(100);
    }
  }

  /** A process that lives and answers nothing is hung: it is killed, and so started again. */
  private async watchLife(child: ChildProcess): Promise<void> {
    let misses = 0;
    while (misses < hungAfter) {
      await pause(this.spec.probeEvery ?? probeEvery);
      if (this.child !== child || this.stopping) return;
      misses = (await this.spec.alive()) ? 0 : misses + 1;
    }
    if (this.child !== child || this.stopping) return;
    this.log.write(`${this.spec.name} does not answer: killed\n`);
    this.become('hung');
    child.kill('SIGKILL');
  }

  private become(status: ProcessState['status']): void {
    this.status = status;
    this.changed();
  }
}
