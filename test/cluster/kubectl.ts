// kubectl in one namespace of the cluster that KUBECONFIG names.

import { execa } from 'execa';
import { testEnv } from '#testing/env.js';

/** One call's time, in ms: an API server that is away is an error, not a wait. */
const CALL_MS = 120_000;

export class Kubectl {
  constructor(readonly namespace: string) {}

  /** @throws execa's error, with what kubectl wrote. */
  async run(args: readonly string[], options: { input?: string; ms?: number } = {}) {
    const { input = '', ms = CALL_MS } = options;
    const { stdout } = await execa(testEnv.KUBECTL, this.arguments(args), { input, timeout: ms });
    return stdout;
  }

  async json<T>(...args: string[]): Promise<T> {
    return JSON.parse(await this.run([...args, '--output', 'json'])) as T;
  }

  async apply(...manifests: object[]): Promise<void> {
    const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: manifests });
    await this.run(['apply', '--filename', '-'], { input });
  }

  /** Whether the call succeeds: for what may not be there. */
  answers(...args: string[]): Promise<boolean> {
    return this.run(args).then(
      () => true,
      () => false,
    );
  }

  /** For what goes on until it is ended. */
  start(...args: string[]) {
    const options = { stdin: 'ignore', stderr: 'ignore', buffer: false, reject: false } as const;
    return execa(testEnv.KUBECTL, this.arguments(args), options);
  }

  private arguments(args: readonly string[]): string[] {
    return ['--namespace', this.namespace, ...args];
  }
}
