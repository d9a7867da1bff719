// The replicas of inference behind one address: a channel that balances calls over them, and how they
// are.

import { type Channel, type ChannelCredentials, Client, type Metadata } from '@grpc/grpc-js';
import type { InferenceClient as Stub } from '#contracts/generated/lethe/inference/v1/Inference.js';
import type { Logger } from '../log/logger.js';
import { tracedCalls } from './call-trace.js';
import { isServing } from './health-call.js';
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

export class InferencePool {
  readonly stub: Stub;
  readonly servers: Replicas;
  private readonly health: Client;
  private readonly probes: Probes;

  /**
   * @param url host:port; a name that resolves to several addresses is balanced over all of them, and
   * so is ipv4:host:port,host:port.
   */
  constructor(
    readonly url: string,
    credentials: ChannelCredentials,
    log: Logger,
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
