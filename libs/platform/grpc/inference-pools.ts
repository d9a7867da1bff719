// Which replicas of inference serve which base model: those of the model's own pool, or the usual ones.

import { InferencePool, type PoolOptions } from './inference-pool.js';

export class InferencePools {
  /** The usual one first. */
  readonly all: readonly InferencePool[];
  private readonly usual: InferencePool;
  private readonly ofModels = new Map<string, InferencePool>();

  /** @param addresses by base model. */
  constructor(url: string, addresses: ReadonlyMap<string, string>, options: PoolOptions) {
    this.usual = new InferencePool(url, options);
    const pools = new Map([[url, this.usual]]);
    for (const [model, address] of addresses) {
      const pool = pools.get(address) ?? new InferencePool(address, options);
      pools.set(address, pool);
      this.ofModels.set(model, pool);
    }
    this.all = [...pools.values()];
  }

  /** The one that alone is asked about a base model. */
  of(base: string | undefined): InferencePool {
    return this.ofModels.get(base ?? '') ?? this.usual;
  }

  /** Those of some models, each once. */
  ofAll(bases: readonly string[]): InferencePool[] {
    return [...new Set(bases.map((base) => this.of(base)))];
  }

  /**
   * How the replicas are: 'ok', or which do not answer, by pool where there are several.
   * @throws where there is one pool, what the look-up of its name throws
   */
  async report(): Promise<string> {
    const [only, ...others] = this.all;
    if (only && others.length === 0) return only.report();
    const reports = await Promise.all(
      this.all.map(async (pool) => {
        const report = await pool.report().catch(() => 'no address');
        return report === 'ok' ? [] : [`${pool.url}: ${report}`];
      }),
    );
    return reports.flat().join('; ') || 'ok';
  }

  close(): void {
    for (const pool of this.all) pool.close();
  }
}
