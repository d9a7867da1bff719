// Queue `audit`: plans what is asked of which model, lets any number of workers ask it, and makes of
// their rows the audit.

import { Injectable } from '@nestjs/common';
import type { ReportRow } from '#contracts/artifacts.js';
import { reportManifestSchema } from '#contracts/artifacts.js';
import {
  type AuditManifest,
  auditManifestSchema,
  type AuditResult,
  type AuditRow,
} from '#contracts/audit.js';
import type { Payload } from '#contracts/jobs.js';
import { probesOf } from '#contracts/probes.js';
import { jobSpace } from '#contracts/spaces.js';
import { type Stretch, stretchSchema } from '#contracts/stretches.js';
import { type ArtifactSpace, ArtifactStore } from '#platform/artifacts/artifact-store.js';
import { collect, readStretches, writeStretches } from '#platform/artifacts/stretches.js';
import { MissingInputError } from '#platform/errors/missing-input.error.js';
import type { JobContext, JobHandler } from '#platform/queue/job-context.js';
import { ExampleSets } from '../example-sets.js';
import { Statistics } from '../statistics/statistics.js';
import { trainedModel } from '../trained-model.js';
import { AuditShards } from './audit-shards.js';
import { leftOut } from './left-out.js';
import { type Cast, planParts } from './plan.js';
import { Relearning } from './relearning.js';
import { Tally } from './tally.js';
import { verdictOf } from './verdict.js';

@Injectable()
export class AuditProcessor implements JobHandler<'audit'> {
  constructor(
    private readonly artifacts: ArtifactStore,
    private readonly shards: AuditShards,
    private readonly relearning: Relearning,
    private readonly statistics: Statistics,
    private readonly sets: ExampleSets,
  ) {}

  /** Done already where the stage's ref exists. */
  async handle(payload: Payload<'audit'>, context: JobContext): Promise<AuditResult> {
    const store = this.artifacts.scope(payload.tenantId).space(jobSpace(payload.jobId));
    const known = await store.getRef('audit');
    if (known) return resultOf(known, auditManifestSchema.parse(await store.getJson(known)));

    const { model, unlearned, reference, tier, judge } = payload;
    const after = unlearned ?? (await trainedModel(payload, store));
    const cast: Cast = { after, before: model, reference: reference?.model };
    const stretches = [
      ...(unlearned ? [] : await toldBefore(store, payload)),
      ...(await this.ask(payload, cast, context)),
    ];
    const against: AuditManifest['reference'] = {
      kind: reference?.kind ?? 'none',
      base: reference?.model.base,
      adapter: reference?.model.adapter?.hash,
    };
    const tally = await Tally.of(readStretches<AuditRow>(store, stretches));
    const figures = await this.statistics.audit(tally, context.signal);
    const verdict = verdictOf(figures, against, tier);
    const findings = [...verdict.findings, ...(await this.leftOut(payload, cast))];
    const audit = auditManifestSchema.parse({
      tier,
      judge,
      reference: against,
      ...figures,
      tasks: figures.tasks.map(({ excess: _excess, ...task }) => task),
      verdict: { ...verdict, findings },
      stretches,
    });
    const hash = await store.putJson(audit);
    await store.setRef('audit', hash);
    return resultOf(hash, audit);
  }

  private async leftOut(payload: Payload<'audit'>, cast: Cast): Promise<string[]> {
    const { tenantId, forget, limit } = payload;
    const parts = planParts(probesOf(payload.tier, payload.probes), cast, !payload.unlearned);
    const set = await this.sets.get(tenantId, forget);
    return leftOut(
      parts.flatMap(({ probes }) => probes),
      set.read(0, limit),
    );
  }

  private async ask(
    payload: Payload<'audit'>,
    cast: Cast,
    context: JobContext,
  ): Promise<Stretch[]> {
    const asked = probesOf(payload.tier, payload.probes);
    const relearned = await this.relearning.parts(payload, asked, cast, context);
    const parts = [...planParts(asked, cast, !payload.unlearned), ...relearned];
    const results = await context.fanOut('audit-shard', await this.shards.of(payload, parts));
    return results.flatMap((result) => stretchSchema.safeParse(result).data ?? []);
  }
}

/** What the reports have of the plain question: it is not asked again. */
async function toldBefore(store: ArtifactSpace, { limit }: Payload<'audit'>): Promise<Stretch[]> {
  const stretches: Stretch[] = [];
  for (const role of ['after', 'before'] as const)
    stretches.push(...(await collect(writeStretches(store, directRows(store, role, limit)))));
  return stretches;
}

async function* directRows(
  store: ArtifactSpace,
  role: 'after' | 'before',
  limit = Infinity,
): AsyncGenerator<AuditRow> {
  const hash = await store.getRef(role);
  if (!hash) throw new MissingInputError(`the evaluation ${role} left no report`);
  const { stretches } = reportManifestSchema.parse(await store.getJson(hash));
  for await (const row of readStretches<ReportRow>(store, stretches)) {
    const { set, index, question, gold, answer, verdict } = row;
    if (set !== 'forget' || index >= limit) continue;
    const leak = verdict === null ? null : !verdict;
    yield { probe: 'direct', role, index, question, gold, answer, leak, figures: {} };
  }
}

function resultOf(audit: string, manifest: AuditManifest): AuditResult {
  const { kfrUnderAttack, residualKnowledge, verdict } = manifest;
  const { direct } = residualKnowledge;
  return {
    audit,
    passed: verdict.passed,
    outcome: verdict.outcome,
    ...(kfrUnderAttack ? { kfrUnderAttack: kfrUnderAttack.share } : {}),
    ...(direct ? { residualKnowledge: direct.value } : {}),
  };
}
