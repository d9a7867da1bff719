// Wires the training worker.

import { Module, type DynamicModule } from '@nestjs/common';
import { PlatformModule } from '#platform/platform.module.js';
import { QueueModule } from '#platform/queue/queue.module.js';
import { WorkersModule } from '#platform/queue/workers.module.js';
import { ENV, type Env } from './env.js';
import { TrainProcessor } from './train.processor.js';

@Module({})
export class TrainingModule {
  static forRoot(env: Env): DynamicModule {
    return {
      module: TrainingModule,
      imports: [
        PlatformModule.forRoot({ service: 'training', env }),
        QueueModule.forRoot(env),
        WorkersModule.register({ train: TrainProcessor }),
      ],
      providers: [{ provide: ENV, useValue: env }, TrainProcessor],
    };
  }
}
