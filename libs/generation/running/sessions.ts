// The sessions of a model's graphs: each is made when it is first asked for.

import { GraphSession } from '#runtime/graph-session.js';
import { buildGraph, type Extras, type GraphKind } from './graphs.js';
import type { ReaderOptions } from './layer-reader.js';
import { areLoneRowsApart } from './lone-rows.js';

export interface SessionOptions extends ReaderOptions {
  readonly maxContext: number;
}

export class Sessions {
  private readonly sessions = new Map<string, Promise<GraphSession>>();
  private apart: Promise<boolean> | undefined;

  constructor(private readonly options: SessionOptions) {}

  /** One graph each with and without adapters, the layers' states and features, and of a lone row. */
  of(kind: GraphKind, extras: Extras): Promise<GraphSession> {
    const { adapted, tapped, seeing, lone = false } = extras;
    const key = `${kind} ${adapted} ${tapped} ${seeing} ${lone}`;
    const known = this.sessions.get(key);
    if (known) return known;
    const { config, weights, maxContext, compute } = this.options;
    const graph = buildGraph(kind, config, maxContext, extras);
    const session = GraphSession.create(graph, compute, weights);
    this.sessions.set(key, session);
    return session;
  }

  /** Whether a row that is decoded alone needs a graph that sums it as among others. */
  get areLoneRowsApart(): Promise<boolean> {
    const { weights, compute } = this.options;
    return (this.apart ??= areLoneRowsApart(weights, compute));
  }

  async close(): Promise<void> {
    for (const session of this.sessions.values()) await (await session).close();
  }
}
