// The replicas of inference behind one address: a channel that balances calls over them, and how they
// are.

import {
  type Channel,
  type ChannelCredentials,
  Client,
  connectivityState,
  type Metadata,
} from '@grpc/grpc-js';
import type { InferenceClient as Stub } from '#contracts/generated/lethe/inference/v1/Inference.js';
import type { Logger } from '../log/logger.js';
import { tracedCalls } from './call-trace.js';
import { isServing } from './health-call.js';
import { Hold } from './hold.js';
import { HEALTH, homeConfig, registerHomeBalancer } from './homes/home-balancer.js';
import { nameTarget, registerNameResolver } from './homes/name-resolver.js';
import { Probes } from './homes/probes.js';
import { ReplicaHealth } from './homes/replica-health.js';
import { Inference, MAX_MESSAGE } from './inference-proto.js';
import { Replicas } from './replicas.js';

const CHANNEL = {
  'grpc.service_config': homeConfig(),
  // Calls at a replica that stands still go on at another after both.
  'grpc.keepalive_time_ms': 10_000,
  'grpc.keepalive_timeout_ms': 10_000,
  // A server that was restarted is found again at once, not after gRPC's usual two minutes.
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.min_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 2000,
  'grpc.max_receive_message_length': MAX_MESSAGE,
  'grpc.max_send_message_length': MAX_MESSAGE,
  // What the certificate must be for: a service, wherever it runs.
  'grpc.ssl_target_name_override': 'inference',
};

export interface PoolOptions {
  readonly credentials: ChannelCredentials;
  readonly log: Logger;
  /** How long a call waits for a replica where there is none; 0: it is not held. */
  readonly holdMs: number;
  /** Told how many calls wait so, by the pool's address. */
  readonly held: (pool: string, calls: number) => void;
}

export class InferencePool {
  readonly stub: Stub;
  private readonly servers: Replicas;
  private readonly hold: Hold;
  private readonly holdMs: number;
  private readonly health: Client;
  private readonly probes: Probes;

  /**
   * @param url host:port; a name that resolves to several addresses is balanced over all of them, and
   * so is ipv4:host:port,host:port.
   */
  constructor(
    readonly url: string,
    { credentials, log, holdMs, held }: PoolOptions,
  ) {
    registerHomeBalancer();
    registerNameResolver();
    const health = new ReplicaHealth(log);
    const target = /^ipv[46]:/.test(url) ? url : nameTarget(url);
    const interceptors = tracedCalls();
    this.stub = new Inference(target, credentials, { ...CHANNEL, [HEALTH]: health, interceptors });
    this.servers = new Replicas(url, credentials, CHANNEL);
    this.probes = new Probes(this.servers, health);
    this.health = new Client(url, credentials, {
      channelOverride: this.stub.getChannel() as Channel,
    });
    this.hold = new Hold(
      () => isServing(this.health),
      (calls) => held(url, calls),
    );
    this.holdMs = holdMs;
  }

  /**
   * Until there is a replica, as long as calls are held.
   * @param held how long the call was, in ms.
   * @returns how long it was now.
   */
  async arrival(held: number, signal: AbortSignal | undefined): Promise<number> {
    const most = this.holdMs - held;
    return most <= 0 || this.isConnected() ? 0 : this.hold.wait(most, signal);
  }

  /** Whether its name has no address, and whoever asks waits for one to come. */
  async isAtZero(): Promise<boolean> {
    return this.holdMs > 0 && !this.isConnected() && (await this.servers.areNone());
  }

  private isConnected(): boolean {
    return this.stub.getChannel().getConnectivityState(true) === connectivityState.READY;
  }

  /** @returns 'ok', or what is to be known of its replicas. @throws what the name's look-up throws */
  async report(): Promise<string> {
    return (await this.isAtZero()) ? 'none until it is asked' : this.servers.report();
  }

  /** Has each replica do some work. @throws what the name's look-up or `work` throws */
  async each(work: (server: Stub, address: string) => Promise<void>): Promise<void> {
    if (!(await this.isAtZero())) await this.servers.each(work);
  }

  /** @throws ServiceError where no replica answers. */
  isServing(data: Metadata): Promise<boolean> {
    return isServing(this.health, data);
  }

  close(): void {
    this.probes.close();
    this.servers.close();
    this.stub.close();
  }
}
