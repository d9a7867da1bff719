// Shows a job's stages while it runs: a bar each on a terminal, a line each elsewhere. Writes to
// stderr.

import { MultiBar, type SingleBar } from 'cli-progress';
import pc from 'picocolors';
import type { Job, Stage } from '#client/types.js';
import type { StageName } from '#contracts/stages.js';
import { note } from './output.js';
import { stageTitles } from './stage-titles.js';

export interface StageView {
  show(job: Job): void;
  close(): void;
}

export const stageView = (): StageView =>
  process.stderr.isTTY ? new StageBars() : new StageLines();

/** What a stage's metrics say in a few words. */
export function stageNote(stage: Stage): string {
  const { loss, tokensPerSecond } = stage.metrics ?? {};
  const parts = [
    loss === undefined ? '' : `loss ${loss.toFixed(3)}`,
    tokensPerSecond === undefined ? '' : `${Math.round(tokensPerSecond)} tok/s`,
  ];
  return parts.filter(Boolean).join(', ');
}

/** Seconds a stage has taken; so far, while it runs. */
export function stageSeconds(stage: Stage, now = Date.now() / 1000): number | undefined {
  return stage.started_at ? Math.max(0, (stage.finished_at ?? now) - stage.started_at) : undefined;
}

const shown = (stage: Stage): boolean => stage.status !== 'pending' && stage.status !== 'skipped';

class StageBars implements StageView {
  private readonly bars = new Map<StageName, SingleBar>();
  private readonly all = new MultiBar({
    format: `{mark} {title} ${pc.cyan('{bar}')} {count} {seconds} ${pc.dim('{note}')}`,
    barCompleteChar: '━',
    barIncompleteChar: '╌',
    barsize: 28,
    hideCursor: true,
    stream: process.stderr,
  });

  show(job: Job): void {
    for (const stage of job.stages.filter(shown)) {
      const total = Math.max(1, stage.total);
      const done = stage.status === 'succeeded' ? total : Math.min(stage.done, total);
      const texts = barTexts(stage, `${done}/${total}`);
      const bar = this.bars.get(stage.name) ?? this.all.create(total, done, texts);
      this.bars.set(stage.name, bar);
      bar.setTotal(total);
      bar.update(done, texts);
    }
    this.all.update();
  }

  close(): void {
    this.all.stop();
  }
}

function barTexts(stage: Stage, count: string): Record<string, string> {
  const marks: Partial<Record<Stage['status'], string>> = {
    succeeded: pc.green('✔'),
    failed: pc.red('✘'),
    cancelled: pc.yellow('✘'),
  };
  const seconds = stageSeconds(stage);
  return {
    mark: marks[stage.status] ?? pc.cyan('▸'),
    title: stageTitles[stage.name].padEnd(12),
    count: count.padStart(9),
    seconds: seconds === undefined ? '' : `${seconds.toFixed(1)} s`.padStart(7),
    note: stageNote(stage),
  };
}

class StageLines implements StageView {
  private readonly last = new Map<StageName, string>();

  show(job: Job): void {
    for (const stage of job.stages.filter(shown)) {
      const quarter = Math.floor((4 * stage.done) / Math.max(1, stage.total));
      const key = `${stage.status} ${stage.status === 'running' ? quarter : ''}`;
      if (this.last.get(stage.name) === key) continue;
      this.last.set(stage.name, key);
      const seconds = stageSeconds(stage);
      const parts = [
        stage.total > 0 ? `${stage.done}/${stage.total}` : '',
        seconds === undefined ? '' : `${seconds.toFixed(1)} s`,
        stageNote(stage),
      ];
      note(
        [stageTitles[stage.name].padEnd(12), stage.status.padEnd(9), ...parts.filter(Boolean)].join(
          ' ',
        ),
      );
    }
  }

  close(): void {}
}
