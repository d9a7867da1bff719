// A node with GPUs: the cluster's own, or one that is said to have some. The kubelet leaves an
// extended resource that it did not advertise as it is.

import type { Kubectl } from './kubectl.js';

export const GPU = 'nvidia.com/gpu';
const PRESENT = `${GPU}.present`;
const TAINT = `${GPU}=present:NoSchedule`;

interface Node {
  readonly metadata: { readonly name: string };
  readonly status: { readonly allocatable?: Readonly<Record<string, string>> };
}

export async function nodesOf(kubectl: Kubectl): Promise<Node[]> {
  return (await kubectl.json<{ items: Node[] }>('get', 'nodes')).items;
}

export const hasGpu = ({ status }: Node): boolean => Number(status.allocatable?.[GPU] ?? 0) > 0;

export class PretendedGpus {
  constructor(
    private readonly kubectl: Kubectl,
    readonly node: string,
  ) {}

  async add(count: number): Promise<void> {
    await this.patch(String(count));
    await this.kubectl.run(['label', 'node', this.node, `${PRESENT}=true`, '--overwrite']);
    await this.kubectl.run(['taint', 'node', this.node, TAINT, '--overwrite']);
  }

  async remove(): Promise<void> {
    await this.patch(null);
    await this.kubectl.run(['label', 'node', this.node, `${PRESENT}-`]);
    await this.kubectl.run(['taint', 'node', this.node, `${GPU}-`]);
  }

  private async patch(count: string | null): Promise<void> {
    const status = { capacity: { [GPU]: count }, allocatable: { [GPU]: count } };
    const patch = JSON.stringify({ status });
    await this.kubectl.run([
      'patch',
      'node',
      this.node,
      '--subresource=status',
      '--type=merge',
      '--patch',
      patch,
    ]);
  }
}
