// Asks a server of inference by grpc.health.v1 whether it serves.

import { type Client, Metadata, type ServiceError } from '@grpc/grpc-js';
import { service } from 'grpc-health-check';
import { required } from '#collections/required.js';
import { INFERENCE_SERVICE } from './inference-proto.js';

/** In ms. */
const TIMEOUT = 2000;

/** @throws ServiceError where it does not answer */
export function isServing(client: Client, data = new Metadata()): Promise<boolean> {
  const { requestSerialize, responseDeserialize } = required(service, 'Check');
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest(
      '/grpc.health.v1.Health/Check',
      requestSerialize,
      responseDeserialize as (bytes: Buffer) => { status: string },
      { service: INFERENCE_SERVICE },
      data,
      { deadline: Date.now() + TIMEOUT },
      (error: ServiceError | null, answer?: { status: string }) => {
        if (error) reject(error);
        else resolve(answer?.status === 'SERVING');
      },
    );
  });
}
