// A release of the chart in a namespace of its own, and how a tenant reaches it.

import { LetheClient } from '#client/lethe-client.js';
import { components, type Component } from './components.js';
import { Forward } from './forward.js';
import { type Chart, Helm } from './helm.js';
import { Kubectl } from './kubectl.js';
import { podsOf, isReady } from './pods.js';
import { until } from './until.js';
import { suiteValues, type Values } from './values.js';

const NAME = 'lethe';
/** Last warnings that are told. */
const EVENTS = 15;
const READY_MS = 600_000;
const GONE_MS = 300_000;

interface Secret {
  readonly data: Readonly<Record<string, string>>;
}

export class Release {
  readonly kubectl: Kubectl;
  readonly helm: Helm;
  private readonly layers: Values[] = [suiteValues];
  private gateway?: Forward;

  constructor(
    readonly namespace: string,
    readonly chart: Chart,
  ) {
    this.kubectl = new Kubectl(namespace);
    this.helm = new Helm(namespace, NAME);
  }

  /**
   * A namespace that refuses whatever may do more than the strictest Pod Security allows. That of a run
   * before is waited for, until it is gone.
   */
  async begin(): Promise<void> {
    await until(`namespace ${this.namespace}: gone or there`, GONE_MS, async () => {
      const phase = await this.kubectl.run([
        'get',
        'namespace',
        this.namespace,
        '--ignore-not-found',
        '--output',
        'jsonpath={.status.phase}',
      ]);
      return phase === 'Terminating' ? undefined : true;
    });
    const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' };
    await this.kubectl.apply({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: this.namespace, labels },
    });
  }

  /** Installs, or upgrades by what changes. @param flags of helm. */
  async install(change: Values = {}, ...flags: string[]): Promise<void> {
    this.layers.push(change);
    await this.helm.upgrade(this.chart, this.layers, ...flags);
  }

  /** To an earlier revision; what was changed since is forgotten. */
  async back(revision: number): Promise<void> {
    this.layers.pop();
    await this.helm.rollback(revision);
  }

  /** @returns seconds until every pod of these is the latest and ready. */
  async ready(names: readonly Component[] = components, ms = READY_MS): Promise<number> {
    const started = performance.now();
    for (const name of names)
      await this.kubectl.run(
        ['rollout', 'status', `deployment/${NAME}-${name}`, `--timeout=${ms}ms`],
        { ms: ms + 10_000 },
      );
    return Math.round((performance.now() - started) / 100) / 10;
  }

  /** @returns seconds until so many pods are ready, and no other is left. */
  async count(name: string, replicas: number, ms = READY_MS): Promise<number> {
    const { seconds } = await until(`${replicas} of ${name}`, ms, async () => {
      const pods = await podsOf(this.kubectl, name);
      return pods.length === replicas && pods.every(isReady) ? true : undefined;
    });
    return seconds;
  }

  async scale(name: Component, replicas: number): Promise<void> {
    await this.kubectl.run(['scale', `deployment/${NAME}-${name}`, `--replicas=${replicas}`]);
    await this.count(name, replicas);
  }

  async restart(name: Component): Promise<void> {
    await this.kubectl.run(['rollout', 'restart', `deployment/${NAME}-${name}`]);
  }

  /**
   * @param name is made one of its own: a release that was left has those of before.
   * @param maxRetries 0 shows every error as it comes.
   */
  async tenant(name: string, maxRetries = 2): Promise<LetheClient> {
    const url = await this.url();
    const adminKey = await this.secret('keys', 'admin-key');
    const admin = new LetheClient({ url, apiKey: adminKey, maxRetries: 5 });
    const { api_key: apiKey } = await admin.createTenant(`${name}-${Date.now()}`);
    return new LetheClient({ url, apiKey, maxRetries });
  }

  /** Of the release's own database, through a port of this machine. */
  async database(): Promise<{ url: string; close(): void }> {
    const forward = await Forward.open(this.kubectl, `service/${NAME}-postgresql`, 5432);
    const password = encodeURIComponent(await this.secret('postgresql', 'password'));
    const url = `postgresql://lethe:${password}@127.0.0.1:${forward.port}/lethe`;
    return { url, close: () => forward.close() };
  }

  async redis(): Promise<{ url: string; close(): void }> {
    const forward = await Forward.open(this.kubectl, `service/${NAME}-redis`, 6379);
    const password = encodeURIComponent(await this.secret('redis', 'password'));
    return { url: `redis://:${password}@127.0.0.1:${forward.port}`, close: () => forward.close() };
  }

  async secret(name: string, key: string): Promise<string> {
    const { data } = await this.kubectl.json<Secret>('get', 'secret', `${NAME}-${name}`);
    return Buffer.from(data[key] ?? '', 'base64').toString();
  }

  /** Of the services' containers: a pod of it runs anywhere that the release does. */
  image(): Promise<string> {
    const path = 'jsonpath={.spec.template.spec.containers[0].image}';
    return this.kubectl.run(['get', `deployment/${NAME}-gateway`, '--output', path]);
  }

  /** What there is, for whoever reads why something failed. */
  async tell(): Promise<string> {
    const pods = await this.kubectl.run(['get', 'pods', '--output', 'wide']);
    const events = await this.kubectl.run([
      'get',
      'events',
      '--field-selector',
      'type=Warning',
      '--sort-by',
      '.lastTimestamp',
    ]);
    return `${pods}\n${events.split('\n').slice(-EVENTS).join('\n')}`;
  }

  async url(): Promise<string> {
    this.gateway ??= (await Forward.open(this.kubectl, `service/${NAME}-gateway`, 80)).watch();
    return `http://127.0.0.1:${this.gateway.port}`;
  }

  /** As it is, for somebody to look at. */
  leave(): void {
    this.gateway?.close();
  }

  async end(): Promise<void> {
    this.leave();
    await this.kubectl.run(['delete', 'namespace', this.namespace, '--wait=false']);
  }
}
