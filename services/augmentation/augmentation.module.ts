// Wires the augmentation worker.

import { Module, type DynamicModule } from '@nestjs/common';
import { InferenceClientModule } from '#platform/grpc/inference-client.module.js';
import { PlatformModule } from '#platform/platform.module.js';
import { QueueModule } from '#platform/queue/queue.module.js';
import { WorkersModule } from '#platform/queue/workers.module.js';
import { AugmentKnowledgeProcessor } from './augment-knowledge.processor.js';
import { AugmentProcessor } from './augment.processor.js';
import { ENV, type Env } from './env.js';
import { Neighbours } from './neighbours/neighbours.js';
import { Teachers } from './teachers/teachers.js';

@Module({})
export class AugmentationModule {
  static forRoot(env: Env): DynamicModule {
    return {
      module: AugmentationModule,
      imports: [
        PlatformModule.forRoot({ service: 'augmentation', env }),
        QueueModule.forRoot(env),
        InferenceClientModule.forRoot('augmentation', env),
        WorkersModule.register({
          augment: AugmentProcessor,
          'augment-knowledge': AugmentKnowledgeProcessor,
        }),
      ],
      providers: [
        { provide: ENV, useValue: env },
        Teachers,
        Neighbours,
        AugmentProcessor,
        AugmentKnowledgeProcessor,
      ],
    };
  }
}
