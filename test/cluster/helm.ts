// helm, for one release of the chart.

import { execa } from 'execa';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testEnv } from '#testing/env.js';
import type { Values } from './values.js';

/** Longer than any rollout: what waits is given up by the suite first. */
const HELM_MS = 900_000;

export interface Chart {
  readonly path: string;
  /** Files of values that the cluster at hand needs, such as its images' names. */
  readonly files: readonly string[];
}

export class Helm {
  constructor(
    private readonly namespace: string,
    readonly release: string,
  ) {}

  /**
   * @param layers later ones win over earlier ones, and the last one over the chart's files.
   * @throws execa's error, with what helm wrote.
   */
  async upgrade(chart: Chart, layers: readonly Values[], ...flags: string[]): Promise<void> {
    const folder = mkdtempSync(join(tmpdir(), 'lethe-values-'));
    try {
      const own = layers.map((layer, index) => {
        const path = join(folder, `${index}.json`);
        writeFileSync(path, JSON.stringify(layer));
        return path;
      });
      const [base = '', ...over] = own;
      const files = [base, ...chart.files, ...over].flatMap((path) => ['--values', path]);
      await this.run('upgrade', '--install', this.release, chart.path, ...files, ...flags);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  async rollback(revision: number, ...flags: string[]): Promise<void> {
    await this.run('rollback', this.release, String(revision), ...flags);
  }

  async revision(): Promise<number> {
    const status = await this.run('status', this.release, '--output', 'json');
    return (JSON.parse(status) as { version: number }).version;
  }

  /** @returns what its pod has written. @throws execa's error, with that */
  test(): Promise<string> {
    return this.run('test', this.release, '--logs', '--timeout', `${HELM_MS / 1000}s`);
  }

  private async run(...args: string[]): Promise<string> {
    const all = [...args, '--namespace', this.namespace];
    const { stdout } = await execa(testEnv.HELM, all, { timeout: HELM_MS + 30_000 });
    return stdout;
  }
}
