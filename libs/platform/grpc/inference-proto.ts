// The service lethe.inference.v1, loaded from its proto file.

import { loadPackageDefinition } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { join } from 'node:path';
import type { ProtoGrpcType } from '#contracts/generated/inference.js';

const file = join(import.meta.dirname, '../../../../proto/lethe/inference/v1/inference.proto');

// The options must match those that generated the types (`npm run proto`).
const definition = loadSync(file, { longs: Number, enums: String, defaults: true, oneofs: true });

export const { Inference } = (loadPackageDefinition(definition) as unknown as ProtoGrpcType).lethe
  .inference.v1;

/** Name of the service in health checks. */
export const INFERENCE_SERVICE = 'lethe.inference.v1.Inference';
/** Metadata key of the trace id. */
export const TRACE_KEY = 'x-trace-id';
/** Largest message either side takes, in bytes. */
export const MAX_MESSAGE = 64 * 1024 * 1024;
