// Real calls: replicas that only count and wait, behind gRPC, and workers that call them as
// evaluation does.

import { credentials, Metadata, Server, ServerCredentials } from '@grpc/grpc-js';
import { setTimeout } from 'node:timers/promises';
import pLimit from 'p-limit';
import type { InferenceHandlers } from '#contracts/generated/lethe/inference/v1/Inference.js';
import { homeConfig, registerHomeBalancer } from '#platform/grpc/homes/home-balancer.js';
import { HOME } from '#platform/grpc/homes/home-picker.js';
import { Inference } from '#platform/grpc/inference-proto.js';
import { CALL_MS, CALLS, Kept, LOAD_MS, type Outcome, SLOTS } from './home-work.js';

const ROUND_ROBIN = JSON.stringify({ loadBalancingConfig: [{ round_robin: {} }] });

async function startReplica(): Promise<{ port: number; kept: Kept; stop: () => void }> {
  const kept = new Kept();
  const slots = pLimit(SLOTS);
  const loading = new Map<number, Promise<void>>();
  const server = new Server();
  const answer = async (adapter: number): Promise<void> => {
    if (kept.use(adapter)) loading.set(adapter, setTimeout(LOAD_MS));
    await loading.get(adapter);
    await slots(() => setTimeout(CALL_MS));
  };
  server.addService(Inference.service, {
    Score: (call, reply) => void answer(call.request.model?.home ?? 0).then(() => reply(null, {})),
  } satisfies Partial<InferenceHandlers> as unknown as InferenceHandlers);
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  );
  return { port, kept, stop: () => server.forceShutdown() };
}

/** @param isHome whether calls go to homes, or in turn to all replicas. */
export async function callAll(
  pieces: readonly number[],
  count: number,
  workers: number,
  isHome: boolean,
): Promise<Outcome> {
  registerHomeBalancer();
  const replicas = await Promise.all(Array.from({ length: count }, startReplica));
  const target = `ipv4:${replicas.map(({ port }) => `127.0.0.1:${port}`).join(',')}`;
  const left = [...pieces];
  const started = performance.now();
  const work = async (): Promise<void> => {
    const config = { 'grpc.service_config': isHome ? homeConfig() : ROUND_ROBIN };
    const stub = new Inference(target, credentials.createInsecure(), {
      ...config,
      // A channel of its own, as each process has.
      'grpc.use_local_subchannel_pool': 1,
    });
    await connected(stub);
    for (let adapter = left.shift(); adapter !== undefined; adapter = left.shift()) {
      const home = adapter;
      await Promise.all(Array.from({ length: CALLS }, () => score(stub, home)));
    }
    stub.close();
  };
  await Promise.all(Array.from({ length: workers }, work));
  const took = performance.now() - started;
  for (const { stop } of replicas) stop();
  return { took, loads: replicas.reduce((sum, { kept }) => sum + kept.loads, 0) };
}

const connected = (stub: InstanceType<typeof Inference>): Promise<void> =>
  new Promise((resolve, reject) =>
    stub.waitForReady(Date.now() + 10_000, (error) => (error ? reject(error) : resolve())),
  );

function score(stub: InstanceType<typeof Inference>, home: number): Promise<void> {
  const data = new Metadata();
  data.set(HOME, `#${home}`);
  const request = { model: { base: 'b', home } };
  return new Promise((resolve, reject) =>
    stub.Score(request, data, (error) => (error ? reject(error) : resolve())),
  );
}
