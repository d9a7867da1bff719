// The judges that this worker's settings allow, opened when first asked for and kept.

import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { type JudgeName, judges as judgeNames } from '#contracts/judges.js';
import type { Offers } from '#contracts/offers.js';
import type { Judge } from '#metrics/judge.js';
import { openable } from '#platform/queue/offers.js';
import { ENV, type JudgeEnv } from '../env.js';
import { Reading } from '../reading/reading.js';
import { judges } from './index.js';
import type { OpenJudge } from './open-judge.js';

@Injectable()
export class Judges implements OnApplicationShutdown {
  private readonly opened = new Map<JudgeName, OpenJudge>();

  constructor(
    @Inject(ENV) private readonly env: JudgeEnv,
    private readonly reading: Reading,
  ) {}

  /** Those that this worker's settings allow. */
  get offered(): JudgeName[] {
    return openable(judgeNames, (name) => this.open(name));
  }

  /** The same, with what stands behind each. */
  async offers(): Promise<Offers> {
    const offers = this.offered.map(async (name) => {
      const model = await this.modelOf(name);
      return model === undefined ? name : { name, model };
    });
    return { judge: await Promise.all(offers) };
  }

  /**
   * @param signal of the job that is judged.
   * @throws MissingSettingError naming the settings that are missing: never another judge than the one
   * asked for.
   */
  get(name: JudgeName, signal: AbortSignal): Judge {
    return this.open(name).forJob(signal);
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([...this.opened.values()].map((judge) => judge.close?.()));
  }

  /** Of a folder that cannot be read the jobs tell. */
  private async modelOf(name: JudgeName): Promise<string | undefined> {
    return this.open(name)
      .model?.()
      .catch(() => undefined);
  }

  private open(name: JudgeName): OpenJudge {
    const known = this.opened.get(name);
    if (known) return known;
    const { reading } = this;
    const judge = judges[name](this.env, { reading, other: (other) => this.open(other) });
    this.opened.set(name, judge);
    return judge;
  }
}
