// A load balancing policy of gRPC: keeps a connection to every replica, as round_robin does, and
// sends each call to the home of what it needs in memory.

import { connectivityState as states, experimental, type status } from '@grpc/grpc-js';
import { first } from '#collections/items.js';
import { HomePicker, type Replica } from './home-picker.js';
import type { ReplicaHealth } from './replica-health.js';

const NAME = 'lethe_home';

/** Of a channel that balances so. */
export const HOME_CONFIG = JSON.stringify({ loadBalancingConfig: [{ [NAME]: {} }] });
/** An option of a channel: what is known of its replicas' health. */
export const HEALTH = 'lethe.health';

class HomeConfig implements experimental.TypedLoadBalancingConfig {
  static createFromJson = (): HomeConfig => new HomeConfig();

  getLoadBalancerName(): string {
    return NAME;
  }

  toJsonObject(): object {
    return { [NAME]: {} };
  }
}

const Leaf = experimental.LeafLoadBalancer;
type Leaf = experimental.LeafLoadBalancer;
type Connect = (endpoint: experimental.Endpoint) => Leaf;
type Arguments = Parameters<experimental.LoadBalancer['updateAddressList']>;

class HomeBalancer implements experimental.LoadBalancer {
  private replicas: Leaf[] = [];
  private state = states.IDLE;
  private lastError = 'no connection was tried';
  private health: ReplicaHealth | undefined;
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
    this.health = options[HEALTH] as ReplicaHealth | undefined;
    if (this.health) this.health.changed = () => this.update();
    if (found.ok) this.follow(found.value, (one) => new Leaf(one, this.helper, options, note));
    this.update();
    return true;
  }

  /** Replicas that stay keep their connections; calls at those that go end there. */
  private follow(endpoints: readonly experimental.Endpoint[], connect: Connect): void {
    const before = new Map(this.replicas.map((replica) => [nameOf(replica), replica]));
    this.replicas = endpoints.map((endpoint) => {
      const name = addressOf(endpoint);
      const known = before.get(name);
      before.delete(name);
      return known ?? connect(endpoint);
    });
    for (const [name, gone] of before) {
      gone.destroy();
      this.loads.delete(name);
    }
    this.health?.setNames(this.replicas.map(nameOf));
    for (const replica of this.replicas.filter(isIn(states.IDLE))) replica.startConnecting();
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
    if (ready.length > 0) this.tell(states.READY, this.pickerFor(ready.map(this.named)));
    else if (this.replicas.some(isIn(states.CONNECTING)))
      this.tell(states.CONNECTING, new experimental.QueuePicker(this));
    else if (this.replicas.length === 0 || this.replicas.some(isIn(states.TRANSIENT_FAILURE)))
      this.fail();
    else this.tell(states.IDLE, new experimental.QueuePicker(this));
    for (const idle of this.replicas.filter(isIn(states.IDLE))) idle.exitIdle();
  }

  private pickerFor(ready: readonly Replica[]): HomePicker {
    return new HomePicker(this.health?.fit(ready) ?? ready);
  }

  private readonly named = (replica: Leaf): Replica => {
    const name = nameOf(replica);
    const load = this.loads.get(name) ?? { calls: 0 };
    this.loads.set(name, load);
    const { health } = this;
    const ended = (code: status): void => health?.called(name, code);
    return { name, picker: replica.getPicker(), load, ended };
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

const nameOf = (replica: Leaf): string => addressOf(replica.getEndpoint());

/** host:port; a replica is asked at one address. */
const addressOf = ({ addresses }: experimental.Endpoint): string =>
  experimental.subchannelAddressToString(first(addresses));

const isIn =
  (state: states) =>
  (replica: Leaf): boolean =>
    replica.getConnectivityState() === state;

/** For channels that are made later. */
export function registerHomeBalancer(): void {
  if (!experimental.isLoadBalancerNameRegistered(NAME))
    experimental.registerLoadBalancerType(NAME, HomeBalancer, HomeConfig);
}
