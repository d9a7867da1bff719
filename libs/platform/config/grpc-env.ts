// Variables of the services that speak gRPC with each other.

import { z } from 'zod';
import { wholeNumber } from './platform-env.js';

export const pem = () =>
  z.string('expected the path of a PEM file').min(1).meta({ expected: 'path of a PEM file' });

/** Neither side speaks to who shows no certificate. */
export const grpcEnv = {
  GRPC_CA: pem().describe('Certificates of the authorities that sign those of the other side.'),
  GRPC_CERT: pem().describe(
    'Certificate shown to the other side, with those between it and the authority. Read again when it changes, as are its key and `GRPC_CA`.',
  ),
  GRPC_KEY: pem().describe('Private key of `GRPC_CERT`.'),
};

export const generateTimeout = (usual: number) =>
  wholeNumber(100, 24 * 3600 * 1000)
    .default(usual)
    .describe('Longest time for one completion, in ms.');

const POOL = /^([^\s=,]+(?:,[^\s=,]+)*)=(\S+)$/;

/** @returns addresses by base model. */
const inferencePools = () =>
  z
    .string()
    .transform((value, context): ReadonlyMap<string, string> => {
      const addresses = new Map<string, string>();
      for (const pool of value.split(/\s+/).filter((one) => one !== '')) {
        const [, models = '', address = ''] = POOL.exec(pool) ?? [];
        if (models === '') {
          context.addIssue(`expected model,model=host:port, separated by spaces, found ${pool}`);
          continue;
        }
        for (const model of models.split(',')) {
          if (addresses.has(model))
            context.addIssue(`expected each model once, found ${model} twice`);
          addresses.set(model, address);
        }
      }
      return addresses;
    })
    .meta({ expected: 'model,model=host:port, separated by spaces' });

/** Of services that call inference. */
export const inferenceClientEnv = {
  ...grpcEnv,
  INFERENCE_URL: z
    .string()
    .min(1)
    .default('127.0.0.1:50051')
    .describe(
      'Host and gRPC port of the inference service; a name is asked for all of its addresses every 2 s, `dns://server:53/name:port` at that DNS server. Its certificate must be for the name `inference`, whatever the host.',
    ),
  INFERENCE_POOLS: inferencePools().optional().meta({
    default: 'none',
    description:
      'Base models that replicas of their own serve, each group with their address as in `INFERENCE_URL`: `llama,qwen=large:50051 smollm2=small:50051`. All other models are asked for at `INFERENCE_URL`.',
  }),
  INFERENCE_HOLD_MS: wholeNumber(0, 3600 * 1000)
    .default(0)
    .describe(
      'How long a call waits for a replica of inference where there is none, in ms: set it where replicas are scaled to zero, and the service is ready without one. 0: such calls fail at once.',
    ),
  CLAIM_SIGNING_KEY: pem().describe(
    'Private Ed25519 key that signs for which tenant a call to inference is made.',
  ),
};

const schema = z.object(inferenceClientEnv);
export type InferenceClientEnv = Readonly<z.infer<typeof schema>>;
export type GrpcEnv = Readonly<Pick<InferenceClientEnv, keyof typeof grpcEnv>>;
