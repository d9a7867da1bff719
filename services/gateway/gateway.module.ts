// The gateway: the only door, and the only service that touches the database.

import { type DynamicModule, Injectable, Module, type OnApplicationShutdown } from '@nestjs/common';
import { APP_FILTER, APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import { SpaceKeeper } from '#platform/artifacts/space-keeper.js';
import { InferenceClient } from '#platform/grpc/inference-client.js';
import { HealthChecks } from '#platform/health/health-checks.js';
import type { Logger } from '#platform/log/logger.js';
import { PlatformModule } from '#platform/platform.module.js';
import { measureQueues } from '#platform/queue/queue-metrics.js';
import { QueueProducer } from '#platform/queue/queue-producer.js';
import { QueueModule } from '#platform/queue/queue.module.js';
import { WorkersModule } from '#platform/queue/workers.module.js';
import { GrpcMetrics } from '#platform/telemetry/grpc-metrics.js';
import { Metrics } from '#platform/telemetry/metrics.js';
import { LOGGER } from '#platform/tokens.js';
import { KeysController } from './account/keys.controller.js';
import { ReceiptsController } from './account/receipts.controller.js';
import { UsageController } from './account/usage.controller.js';
import { UsageService } from './account/usage.service.js';
import { Collector } from './artifacts/collector.js';
import { NewSpaces } from './artifacts/new-spaces.js';
import { CellOutcome } from './cells/cell-outcome.js';
import { CellQueue } from './cells/cell-queue.js';
import { DerivedCells } from './cells/derived-cells.js';
import { RunAdmission } from './cells/run-admission.js';
import { RunErasing } from './cells/run-erasing.js';
import { RunLedger } from './cells/run-ledger.js';
import { RunPlanner } from './cells/run-planner.js';
import { RunReconciler } from './cells/run-reconciler.js';
import { Database } from './database/database.js';
import { Lease } from './database/lease.js';
import { ENV, type Env } from './env.js';
import { Eraser } from './erasure/eraser.js';
import { ERASINGS, type Erasings } from './erasure/erasing.js';
import { RunComparisonsService } from './evaluations/comparisons/run-comparisons.service.js';
import { RunChecks } from './evaluations/run-checks.js';
import { RunExportsService } from './evaluations/run-exports.service.js';
import { RunResultsService } from './evaluations/run-results.service.js';
import { RunsController } from './evaluations/runs.controller.js';
import { RunsService } from './evaluations/runs.service.js';
import { FileErasing } from './files/file-erasing.js';
import { FilesController } from './files/files.controller.js';
import { FilesService } from './files/files.service.js';
import { PictureCheck } from './files/pictures/picture-check.js';
import { UploadedSpaces } from './files/uploaded-spaces.js';
import { EchoService } from './generation/echo.service.js';
import { EmbeddingsController } from './generation/embeddings.controller.js';
import { EmbeddingsService } from './generation/embeddings.service.js';
import { GenerationController } from './generation/generation.controller.js';
import { GenerationService } from './generation/generation.service.js';
import { ImagesService } from './generation/images/images.service.js';
import { ResponsesController } from './generation/responses/responses.controller.js';
import { SweepsController } from './generation/sweeps/sweeps.controller.js';
import { SweepsService } from './generation/sweeps/sweeps.service.js';
import { TokenCount } from './generation/token-count.js';
import { TokenizerController } from './generation/tokenizer.controller.js';
import { ErrorFilter } from './http/error.filter.js';
import { OpenStreams } from './http/open-streams.js';
import { ServerController } from './http/server.controller.js';
import { ZodPipe } from './http/zod.pipe.js';
import { JobAdmission } from './jobs/job-admission.js';
import { JobChecks } from './jobs/job-checks.js';
import { JobErasing } from './jobs/job-erasing.js';
import { JobEventsService } from './jobs/job-events.service.js';
import { JobFollowers } from './jobs/job-followers.js';
import { JobLedger } from './jobs/job-ledger.js';
import { JobQueue } from './jobs/job-queue.js';
import { JobReconciler } from './jobs/job-reconciler.js';
import { JobResultsService } from './jobs/job-results.service.js';
import { JobWatcher } from './jobs/job-watcher.js';
import { JobsController } from './jobs/jobs.controller.js';
import { JobsService } from './jobs/jobs.service.js';
import { LeftoversErasing } from './jobs/leftovers-erasing.js';
import { PromptChecks } from './jobs/prompt-checks.js';
import { PublishProcessor } from './jobs/publish.processor.js';
import { Publisher } from './jobs/publisher.js';
import { References } from './jobs/references.js';
import { TenantErasing } from './jobs/tenant-erasing.js';
import { KnowledgeBaseErasing } from './knowledge/knowledge-base-erasing.js';
import { KnowledgeBasesController } from './knowledge/knowledge-bases.controller.js';
import { KnowledgeBasesService } from './knowledge/knowledge-bases.service.js';
import { ModelErasing } from './models/model-erasing.js';
import { ModelsController } from './models/models.controller.js';
import { ModelsService } from './models/models.service.js';
import { TenantKeysController } from './operator/tenant-keys.controller.js';
import { TenantReceiptsController } from './operator/tenant-receipts.controller.js';
import { TenantUsageController } from './operator/tenant-usage.controller.js';
import { TenantsController } from './operator/tenants.controller.js';
import { Rates } from './quotas/rates.js';
import { ReceiptKeys } from './receipts/receipt-keys.js';
import { ReceiptLog } from './receipts/receipt-log.js';
import { JobSettler } from './settling/job-settler.js';
import { Sweeper } from './settling/sweeper.js';
import { AdminGuard } from './tenants/admin.guard.js';
import { KeysService } from './tenants/keys.service.js';
import { NameHashes } from './tenants/name-hashes.js';
import { NewTenants } from './tenants/new-tenants.js';
import { OpenRequests } from './tenants/open-requests.js';
import { RequestContextInterceptor } from './tenants/request-context.interceptor.js';
import { TenantGuard } from './tenants/tenant.guard.js';
import { TenantsRepository } from './tenants/tenants.repository.js';
import { ArtifactUpgrade } from './upgrade/artifact-upgrade.js';
import { OwnedSpaces } from './upgrade/owned-spaces.js';
import { TextUpgrade } from './upgrade/text-upgrade.js';
import { UsageMeter } from './usage/usage-meter.js';

/** Closed last of all: whatever stops before may still have something to record. */
@Injectable()
class Connections implements OnApplicationShutdown {
  constructor(
    private readonly database: Database,
    private readonly inference: InferenceClient,
    private readonly meter: UsageMeter,
    checks: HealthChecks,
    metrics: Metrics,
    producer: QueueProducer,
  ) {
    measureQueues(metrics, () => producer.figures());
    checks.add('database', () => database.check());
    checks.add('inference', () => inference.check());
    // Named where some answer: one is enough to be ready.
    checks.tell('inference', () => inference.replicas());
  }

  async onApplicationShutdown(): Promise<void> {
    this.inference.close();
    await this.meter.close();
    await this.database.close();
  }
}

/** Nobody has it before the artifacts are known to be its own. */
async function openDatabase(env: Env, log: Logger, keeper: SpaceKeeper): Promise<Database> {
  const database = await Database.open({ url: env.DATABASE_URL, dataDir: env.DATA_DIR }, log, {
    migrations: env.MIGRATIONS,
    waitMs: env.MIGRATE_TIMEOUT_MS,
  });
  try {
    await keeper.claim(await database.identity());
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

@Module({})
export class GatewayModule {
  static forRoot(env: Env): DynamicModule {
    return {
      module: GatewayModule,
      imports: [
        PlatformModule.forRoot({ service: 'gateway', env }),
        QueueModule.forRoot(env),
        WorkersModule.register({ publish: PublishProcessor }),
      ],
      controllers: [
        TenantsController,
        TenantKeysController,
        KeysController,
        TenantReceiptsController,
        ReceiptsController,
        UsageController,
        TenantUsageController,
        FilesController,
        KnowledgeBasesController,
        JobsController,
        RunsController,
        ModelsController,
        GenerationController,
        EmbeddingsController,
        SweepsController,
        ResponsesController,
        TokenizerController,
        ServerController,
      ],
      providers: [
        { provide: ENV, useValue: env },
        {
          provide: Database,
          useFactory: (log: Logger, keeper: SpaceKeeper) => openDatabase(env, log, keeper),
          inject: [LOGGER, SpaceKeeper],
        },
        {
          provide: Lease,
          useFactory: (database: Database) => new Lease(database, 'jobs', env.LEASE_MS),
          inject: [Database],
        },
        {
          provide: ReceiptKeys,
          useFactory: (database: Database) => ReceiptKeys.open(env.RECEIPT_SIGNING_KEY, database),
          inject: [Database],
        },
        ReceiptLog,
        {
          provide: InferenceClient,
          useFactory: (log: Logger, metrics: Metrics) =>
            InferenceClient.open('gateway', env, log, new GrpcMetrics(metrics)),
          inject: [LOGGER, Metrics],
        },
        { provide: APP_FILTER, useClass: ErrorFilter },
        { provide: APP_PIPE, useClass: ZodPipe },
        { provide: APP_INTERCEPTOR, useClass: RequestContextInterceptor },
        Connections,
        AdminGuard,
        TenantGuard,
        TenantsRepository,
        NameHashes,
        NewTenants,
        KeysService,
        OpenRequests,
        Rates,
        OpenStreams,
        UsageMeter,
        UsageService,
        JobAdmission,
        Collector,
        NewSpaces,
        Sweeper,
        FileErasing,
        JobErasing,
        KnowledgeBaseErasing,
        LeftoversErasing,
        ModelErasing,
        RunErasing,
        TenantErasing,
        {
          provide: ERASINGS,
          useFactory: (
            file: FileErasing,
            job: JobErasing,
            base: KnowledgeBaseErasing,
            leftovers: LeftoversErasing,
            model: ModelErasing,
            run: RunErasing,
            tenant: TenantErasing,
          ): Erasings => ({
            file,
            job,
            knowledge_base: base,
            leftovers,
            model,
            evaluation_run: run,
            tenant,
          }),
          inject: [
            FileErasing,
            JobErasing,
            KnowledgeBaseErasing,
            LeftoversErasing,
            ModelErasing,
            RunErasing,
            TenantErasing,
          ],
        },
        Eraser,
        OwnedSpaces,
        ArtifactUpgrade,
        TextUpgrade,
        FilesService,
        UploadedSpaces,
        PictureCheck,
        KnowledgeBasesService,
        ModelsService,
        GenerationService,
        ImagesService,
        TokenCount,
        EchoService,
        EmbeddingsService,
        SweepsService,
        JobsService,
        References,
        JobChecks,
        PromptChecks,
        JobLedger,
        JobQueue,
        JobEventsService,
        JobFollowers,
        JobResultsService,
        JobReconciler,
        JobWatcher,
        CellOutcome,
        CellQueue,
        DerivedCells,
        RunAdmission,
        RunLedger,
        RunPlanner,
        RunReconciler,
        RunChecks,
        RunsService,
        RunComparisonsService,
        RunExportsService,
        RunResultsService,
        JobSettler,
        Publisher,
        PublishProcessor,
      ],
    };
  }
}
