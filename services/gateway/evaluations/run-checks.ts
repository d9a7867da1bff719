// What must hold before a run is recorded; each refusal names the field.

import { Injectable } from '@nestjs/common';
import type { RunRequest, RunTask } from '#contracts/evaluation-runs.js';
import type { BaseModel__Output } from '#contracts/generated/lethe/inference/v1/BaseModel.js';
import { isHeldOut, isJudged, isSeeing, isTofu, pictureless } from '#contracts/tasks.js';
import { collect } from '#platform/artifacts/stretches.js';
import { QueueProducer } from '#platform/queue/queue-producer.js';
import type { RunModel, TaskData } from '../database/schema.js';
import { FilesService } from '../files/files.service.js';
import { ApiError } from '../http/api.error.js';
import type { DataSet } from '../jobs/data-set.js';
import { refuseOverlap } from '../jobs/methods/overlap.js';
import { checkNeeds, needOf } from '../jobs/needs.js';
import { refuseShown, refuseUnseen } from '../jobs/picture-checks.js';
import { PromptChecks } from '../jobs/prompt-checks.js';
import { ModelsService } from '../models/models.service.js';
import type { Scope } from '../tenants/scope.js';
import { checkSeen } from './seeing-rows.js';

export interface CheckedRun {
  readonly models: RunModel[];
  readonly data: TaskData[];
}

@Injectable()
export class RunChecks {
  constructor(
    private readonly models: ModelsService,
    private readonly files: FilesService,
    private readonly producer: QueueProducer,
    private readonly prompts: PromptChecks,
  ) {}

  /**
   * @returns models and files by content.
   * @throws ApiError 404 or 400 with the field's path, 503; QueueUnavailableError
   */
  async check(scope: Scope, request: RunRequest): Promise<CheckedRun> {
    await this.checkJudges(request);
    const known = await this.models.resolveAll(scope, request.models, 'models');
    const data: TaskData[] = [];
    const sets = new Map<string, DataSet>();
    for (const [at, { name, files, limit = request.limit }] of request.tasks.entries()) {
      const read = async (id: string, param: string, most = limit): Promise<DataSet> => {
        const key = `${id} ${most}`;
        const set = sets.get(key) ?? (await this.read(scope, id, `tasks.${at}.files.${param}`));
        const asked = { ...set, rows: set.rows.slice(0, most) };
        sets.set(key, asked);
        return asked;
      };
      const forget = await read(files.forget, 'forget');
      if (isTofu(name)) refuseUnperturbed(forget);
      // Whatever the limit, CHAIR's table of synonyms is read whole.
      const most = isSeeing(name) && files.retain !== files.forget ? Infinity : limit;
      const retain = await read(files.retain, 'retain', most);
      if (isSeeing(name)) await checkSeen(name, forget, retain);
      const why = pictureless(name);
      if (why !== undefined) for (const set of [forget, retain]) await refuseShown(set, name, why);
      const holdout = isHeldOut(name) && files.holdout && (await read(files.holdout, 'holdout'));
      if (holdout) await refuseOverlap(forget, holdout);
      data.push({
        forget: forget.artifact,
        retain: retain.artifact,
        ...(holdout ? { holdout: holdout.artifact } : {}),
      });
    }
    const bases = new Map(known.map(({ base }) => [base.name, base]));
    for (const base of bases.values()) {
      checkDecodings(request.tasks, base);
      await this.checkPrompts(scope, base, [...sets.values()]);
    }
    return { models: known.map(({ model, base }) => ({ ...model, digest: digestOf(base) })), data };
  }

  private async checkJudges({ judge, tasks }: RunRequest): Promise<void> {
    for (const [at, task] of tasks.entries()) {
      if (!isJudged(task.name)) continue;
      await checkNeeds(this.producer, `tasks.${at}`, needOf('judge', task.judge ?? judge, 'judge'));
    }
  }

  private async read(scope: Scope, id: string, param: string): Promise<DataSet> {
    const { artifact, set } = await this.files.examples(scope, id, param);
    if (set.size === 0)
      throw ApiError.invalid(`'${param}' has no row: there is nothing to ask.`, param);
    return { artifact, rows: await collect(set.read()), param };
  }

  private async checkPrompts(
    scope: Scope,
    base: BaseModel__Output,
    sets: readonly DataSet[],
  ): Promise<void> {
    const { name, contextLength, imageTokens } = base;
    await refuseUnseen(sets, base);
    const within = `the context of ${name}, ${contextLength} tokens`;
    const rooms = sets.map((set) => ({ set, tokens: contextLength, imageTokens, within }));
    await this.prompts.check(scope.tenant.id, name, rooms);
  }
}

/** Strategies that compare early layers with the last one, which is none of them. */
const COMPARING: readonly string[] = ['dola', 'sled'];

/** @throws ApiError 400 for a layer that a model does not have; inference has the last word */
function checkDecodings(tasks: readonly RunTask[], { name, layers }: BaseModel__Output): void {
  for (const [at, { decoding }] of tasks.entries()) {
    const last = layers - (COMPARING.includes(decoding?.strategy ?? '') ? 1 : 0);
    if (!decoding?.layers || decoding.layers[1] <= last) continue;
    throw ApiError.invalid(
      `'tasks.${at}.decoding.layers' is ${decoding.layers.join(' to ')}: expected layers from 0 to ${last}, as ${name} has ${layers}.`,
      `tasks.${at}.decoding.layers`,
    );
  }
}

/** @throws ApiError 400 where TOFU's wrong answers, beside which the right ones count, are lacking */
function refuseUnperturbed({ rows, param }: DataSet): void {
  const bare = rows.find(({ example }) => !example.wrong);
  if (bare)
    throw ApiError.invalid(
      `'${param}' has no 'perturbed_answer' in line ${bare.line}: expected one of TOFU's *_perturbed files.`,
      param,
    );
}

/**
 * Of what answers: the model's files, and what they are kept in where that changes answers.
 * @throws ApiError 503 while inference reads the model's files, or is of an earlier release
 */
function digestOf({ name, digest, precision }: BaseModel__Output): string {
  if (digest !== '') return precision === 'float32' ? digest : `${digest} ${precision}`;
  throw ApiError.unavailable(`The files of '${name}' are still being read: try again soon.`);
}
