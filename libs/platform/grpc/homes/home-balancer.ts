// A load balancing policy of gRPC: keeps a connection to every replica, as round_robin does, and
// sends each call to the home of what it needs in memory.

import { connectivityState as states, experimental, type status } from '@grpc/grpc-js';
import { first } from '#collections/items.js';
import { HomePicker, type Replica } from './home-picker.js';
import { isReady, type Leaf, RenewedConnection } from './renewed-connection.js';
import type { ReplicaHealth } from './replica-health.js';

const NAME = 'lethe_home';
/**
 * Age at which a connection gets no more calls, in ms. A call takes 5 minutes at most, and a server
 * ends a connection after 9 at the soonest.
 */
const RENEWED_AFTER = 200_000;

/** The service config of a channel that balances so. */
export const homeConfig = (renewAfter = RENEWED_AFTER): string =>
  JSON.stringify({ loadBalancingConfig: [new HomeConfig(renewAfter).toJsonObject()] });
/** An option of a channel: what is known of its replicas' health. */
export const HEALTH = 'lethe.health';
/** An option of a connection: those of different turns are not shared. */
const TURN = 'lethe.turn';

class HomeConfig implements experimental.TypedLoadBalancingConfig {
  constructor(readonly renewAfter: number) {}

  static createFromJson = ({ renewAfter }: { renewAfter: number }): HomeConfig =>
    new HomeConfig(renewAfter);

  getLoadBalancerName(): string {
    return NAME;
  }

  toJsonObject(): object {
    return { [NAME]: { renewAfter: this.renewAfter } };
  }
}

type Connect = (endpoint: experimental.Endpoint) => RenewedConnection;
type Arguments = Parameters<experimental.LoadBalancer['updateAddressList']>;

class HomeBalancer implements experimental.LoadBalancer {
  private replicas: RenewedConnection[] = [];
  /** They get no more calls, and those that they have end there. */
  private leaving: Leaf[] = [];
  private renewal: NodeJS.Timeout | undefined;
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
    this.renewal ??= setInterval(() => this.renew(), config.renewAfter).unref();
    const { LeafLoadBalancer: Leaf } = experimental;
    const connect = (one: experimental.Endpoint, turn: number): Leaf =>
      new Leaf(one, this.helper, { ...options, [TURN]: turn }, note);
    if (found.ok)
      this.follow(found.value, (one) => new RenewedConnection((turn) => connect(one, turn)));
    this.update();
    return true;
  }

  private renew(): void {
    for (const replica of this.replicas) replica.renew();
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
      this.leaving.push(...gone.leave());
      this.loads.delete(name);
    }
    this.health?.setNames(this.replicas.map(nameOf));
    for (const { leaf } of this.replicas.filter(isIn(states.IDLE))) leaf.startConnecting();
  }

  exitIdle(): void {
    // It is idle only while there is no replica to connect to.
  }

  resetBackoff(): void {
    // Each connection has its own.
  }

  destroy(): void {
    clearInterval(this.renewal);
    for (const one of [...this.replicas, ...this.leaving]) one.destroy();
    [this.replicas, this.leaving] = [[], []];
  }

  getTypeName(): string {
    return NAME;
  }

  private update(): void {
    this.leaving.push(...this.replicas.flatMap((replica) => replica.move()));
    const left = this.leaving.filter((leaf) => !isReady(leaf));
    this.leaving = this.leaving.filter(isReady);
    for (const leaf of left) leaf.destroy();
    const ready = this.replicas.filter(isIn(states.READY));
    if (ready.length > 0) this.tell(states.READY, this.pickerFor(ready.map(this.named)));
    else if (this.replicas.some(isIn(states.CONNECTING)))
      this.tell(states.CONNECTING, new experimental.QueuePicker(this));
    else if (this.replicas.length === 0 || this.replicas.some(isIn(states.TRANSIENT_FAILURE)))
      this.fail();
    else this.tell(states.IDLE, new experimental.QueuePicker(this));
    for (const { leaf } of this.replicas.filter(isIn(states.IDLE))) leaf.exitIdle();
  }

  private pickerFor(ready: readonly Replica[]): HomePicker {
    return new HomePicker(this.health?.fit(ready) ?? ready);
  }

  private readonly named = (replica: RenewedConnection): Replica => {
    const name = nameOf(replica);
    const load = this.loads.get(name) ?? { calls: 0 };
    this.loads.set(name, load);
    const { health } = this;
    const ended = (code: status): void => health?.called(name, code);
    return { name, picker: replica.leaf.getPicker(), load, ended };
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

const nameOf = ({ leaf }: RenewedConnection): string => addressOf(leaf.getEndpoint());

/** host:port; a replica is asked at one address. */
const addressOf = ({ addresses }: experimental.Endpoint): string =>
  experimental.subchannelAddressToString(first(addresses));

const isIn =
  (state: states) =>
  ({ leaf }: RenewedConnection): boolean =>
    leaf.getConnectivityState() === state;

/** For channels that are made later. */
export function registerHomeBalancer(): void {
  if (!experimental.isLoadBalancerNameRegistered(NAME))
    experimental.registerLoadBalancerType(NAME, HomeBalancer, HomeConfig);
}
