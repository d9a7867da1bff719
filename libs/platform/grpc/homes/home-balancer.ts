// A load balancing policy of gRPC: keeps a connection to every replica, as round_robin does, and
// sends each call to the home of what it needs in memory.

import { connectivityState as states, experimental } from '@grpc/grpc-js';
import { HomePicker, type Replica } from './home-picker.js';

const NAME = 'lethe_home';

/** Of a channel that balances so. */
export const HOME_CONFIG = JSON.stringify({ loadBalancingConfig: [{ [NAME]: {} }] });

class HomeConfig implements experimental.TypedLoadBalancingConfig {
  static createFromJson = (): HomeConfig => new HomeConfig();

  getLoadBalancerName(): string {
    return NAME;
  }

  toJsonObject(): object {
    return { [NAME]: {} };
  }
}

type Arguments = Parameters<experimental.LoadBalancer['updateAddressList']>;

class HomeBalancer implements experimental.LoadBalancer {
  private replicas: experimental.LeafLoadBalancer[] = [];
  private state = states.IDLE;
  private lastError = 'no connection was tried';
  /** By replica. */
  private readonly loads = new Map<string, Replica['load']>();
  private readonly helper: experimental.ChannelControlHelper;

  constructor(private readonly channel: experimental.ChannelControlHelper) {
    this.helper = experimental.createChildChannelControlHelper(channel, {
      updateState: (state, _, error) => {
        // A replica that is gone may have another address when it comes back.
        if (this.state === states.READY && state !== states.READY) channel.requestReresolution();
        this.lastError = error ?? this.lastError;
        this.update();
      },
    });
  }

  updateAddressList(...[found, config, options, note]: Arguments): boolean {
    if (!(config instanceof HomeConfig)) return false;
    // What is connected goes on answering while the name is not found.
    if (!found.ok && this.replicas.length > 0) return true;
    this.lastError = found.ok ? `no address was found. ${note}` : found.error.details;
    this.destroy();
    const endpoints = found.ok ? found.value : [];
    this.replicas = endpoints.map(
      (endpoint) => new experimental.LeafLoadBalancer(endpoint, this.helper, options, note),
    );
    for (const replica of this.replicas) replica.startConnecting();
    this.update();
    return true;
  }

  exitIdle(): void {
    // It is idle only while there is no replica to connect to.
  }

  resetBackoff(): void {
    // Each connection has its own.
  }

  destroy(): void {
    for (const replica of this.replicas) replica.destroy();
    this.replicas = [];
  }

  getTypeName(): string {
    return NAME;
  }

  private update(): void {
    const ready = this.replicas.filter(isIn(states.READY));
    if (ready.length > 0) this.tell(states.READY, new HomePicker(ready.map(this.named)));
    else if (this.replicas.some(isIn(states.CONNECTING)))
      this.tell(states.CONNECTING, new experimental.QueuePicker(this));
    else if (this.replicas.length === 0 || this.replicas.some(isIn(states.TRANSIENT_FAILURE)))
      this.fail();
    else this.tell(states.IDLE, new experimental.QueuePicker(this));
    for (const idle of this.replicas.filter(isIn(states.IDLE))) idle.exitIdle();
  }

  private readonly named = (replica: experimental.LeafLoadBalancer): Replica => {
    const name = experimental.endpointToString(replica.getEndpoint());
    const load = this.loads.get(name) ?? { calls: 0 };
    this.loads.set(name, load);
    return { name, picker: replica.getPicker(), load };
  };

  private fail(): void {
    const details = `No connection established. Last error: ${this.lastError}`;
    this.tell(states.TRANSIENT_FAILURE, new experimental.UnavailablePicker({ details }), details);
  }

  private tell(state: states, picker: experimental.Picker, error: string | null = null): void {
    this.state = state;
    this.channel.updateState(state, picker, error);
  }
}

const isIn =
  (state: states) =>
  (replica: experimental.LeafLoadBalancer): boolean =>
    replica.getConnectivityState() === state;

/** For channels that are made later. */
export function registerHomeBalancer(): void {
  if (!experimental.isLoadBalancerNameRegistered(NAME))
    experimental.registerLoadBalancerType(NAME, HomeBalancer, HomeConfig);
}
