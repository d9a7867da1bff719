// Moves artifacts of releases before 0.2, which lay in clear and were shared by content, into the
// spaces of their files, jobs and models. Done again from any point it ends the same.

import { Inject, Injectable } from '@nestjs/common';
import { eq } from 'drizzle-orm';
import { z } from 'zod';
import { hashSchema } from '#contracts/hash.js';
import { type Artifact, fileSpace, jobSpace, modelSpace } from '#contracts/spaces.js';
import type { ArtifactSpace } from '#platform/artifacts/artifact-store.js';
import { EarlierArtifacts } from '#platform/artifacts/earlier-artifacts.js';
import type { Logger } from '#platform/log/logger.js';
import { LOGGER } from '#platform/tokens.js';
import { Database } from '../database/database.js';
import { files, jobs, models } from '../database/schema.js';
import {
  type FileRow,
  type JobRow,
  type ModelRow,
  TenantRecords,
} from '../database/tenant-records.js';
import { indexFile } from '../files/index-file.js';
import { OwnedSpaces } from './owned-spaces.js';

/** What an artifact names in turn: the rows of a set or a report, the files of a bundle. */
const partsSchema = z.union([
  z.object({ stretches: z.array(z.object({ hash: hashSchema })) }),
  z.object({ files: z.record(z.string(), hashSchema) }),
]);

/** A job's sets were hashes of their content. */
const earlierData = z.object({
  training: hashSchema,
  retain: hashSchema.optional(),
  evaluation: z.object({ forget: hashSchema, retain: hashSchema }).optional(),
});

@Injectable()
export class ArtifactUpgrade {
  constructor(
    private readonly database: Database,
    private readonly earlier: EarlierArtifacts,
    private readonly spaces: OwnedSpaces,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  async run(): Promise<void> {
    for await (const tenantId of this.earlier.tenants()) {
      this.log.warn({ tenantId }, 'artifacts of an earlier release are moved into sealed spaces');
      await this.tenant(tenantId);
      await this.earlier.remove(tenantId);
      this.log.info({ tenantId }, 'artifacts of an earlier release were moved');
    }
  }

  private async tenant(tenantId: string): Promise<void> {
    const { sql } = this.database;
    const [ownFiles, ownJobs, ownModels] = await Promise.all([
      sql.select().from(files).where(eq(files.tenantId, tenantId)),
      sql.select().from(jobs).where(eq(jobs.tenantId, tenantId)),
      sql.select().from(models).where(eq(models.tenantId, tenantId)),
    ]);
    for (const file of ownFiles) await this.file(file);
    for (const model of ownModels) await this.model(model);
    for (const job of ownJobs) await this.job(job, ownFiles, ownModels);
  }

  private async file({ id, tenantId, hash, examples }: FileRow): Promise<void> {
    const space = await this.spaces.open(this.recordsOf(tenantId), fileSpace(id), {
      kind: 'file',
      id,
    });
    await this.copy(tenantId, hash, space);
    if (examples !== null) return this.copy(tenantId, examples, space);
    const indexed = await indexFile(space, hash).catch((err: unknown) => {
      this.log.warn({ err, fileId: id }, 'a file of an earlier release cannot be indexed');
    });
    if (indexed) await this.database.sql.update(files).set(indexed).where(eq(files.id, id));
  }

  private async model({ tenantId, jobId, adapter }: ModelRow): Promise<void> {
    const owner = { kind: 'model', id: jobId } as const;
    await this.copy(
      tenantId,
      adapter,
      await this.spaces.open(this.recordsOf(tenantId), modelSpace(jobId), owner),
    );
  }

  private async job(job: JobRow, ownFiles: FileRow[], ownModels: ModelRow[]): Promise<void> {
    const { id, tenantId } = job;
    const space = await this.spaces.open(this.recordsOf(tenantId), jobSpace(id), {
      kind: 'job',
      id,
    });
    for (const stage of ['before', 'augmented', 'after'] as const) {
      const hash = await this.earlier.ref(tenantId, `jobs/${id}/${stage}`);
      if (!hash) continue;
      await this.copy(tenantId, hash, space);
      await space.setRef(stage, hash);
    }
    const data = earlierData.safeParse(job.data);
    if (!data.success) return;
    const artifactOf = (hash: string): Artifact => {
      const file = ownFiles.find((one) => one.hash === hash || one.examples === hash);
      return { space: file ? fileSpace(file.id) : jobSpace(id), hash };
    };
    const { training, retain, evaluation } = data.data;
    const parent = ownModels.find(({ adapter }) => adapter === job.adapter);
    await this.database.sql
      .update(jobs)
      .set({
        data: {
          training: artifactOf(training),
          ...(retain ? { retain: artifactOf(retain) } : {}),
          ...(evaluation
            ? {
                evaluation: {
                  forget: artifactOf(evaluation.forget),
                  retain: artifactOf(evaluation.retain),
                },
              }
            : {}),
        },
        adapterSpace: parent ? modelSpace(parent.jobId) : null,
      })
      .where(eq(jobs.id, id));
  }

  private recordsOf(tenantId: string): TenantRecords {
    return new TenantRecords(this.database.sql, tenantId);
  }

  /** With all that it names. What was lost before stays lost. */
  private async copy(tenantId: string, hash: string, space: ArtifactSpace): Promise<void> {
    const bytes = await this.earlier.get(tenantId, hash);
    if (!bytes) return;
    await space.put(bytes);
    for (const part of partsOf(bytes)) await this.copy(tenantId, part, space);
  }
}

function partsOf(bytes: Buffer): string[] {
  try {
    const parts = partsSchema.parse(JSON.parse(bytes.toString('utf8')));
    return 'files' in parts ? Object.values(parts.files) : parts.stretches.map(({ hash }) => hash);
  } catch {
    return [];
  }
}
