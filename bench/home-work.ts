// A run of many adapters as evaluation workers meet it: pieces of cells, in the order of their start.

/** Calls of one worker at a time. */
export const CALLS = 4;
/** Calls that a replica computes at a time. */
export const SLOTS = 16;
/** Adapters that a replica keeps. */
export const KEPT = 32;
/** ms of a call, and of loading an adapter. */
export const CALL_MS = 40;
export const LOAD_MS = 20;

export interface Work {
  readonly adapters: number;
  readonly tasks: number;
  /** Models whose cells are at work together; 1: one model after the other. */
  readonly block: number;
}

/** The number of each piece's adapter: a piece is CALLS calls of one cell. */
export function piecesOf({ adapters, tasks, block }: Work): number[] {
  const pieces: number[] = [];
  for (let first = 0; first < adapters; first += block)
    for (let task = 0; task < tasks; task++)
      for (let model = first; model < Math.min(adapters, first + block); model++)
        pieces.push(model);
  return pieces;
}

export interface Outcome {
  readonly loads: number;
  /** ms from the first call to the end of the last. */
  readonly took: number;
}

/** How much of the replicas' time was calls: 1 where none waits and nothing is loaded. */
export const efficiency = ({ took }: Outcome, pieces: number, replicas: number): number =>
  (pieces * CALLS * CALL_MS) / (replicas * SLOTS * took);

/** What a replica has loaded, the last used last. */
export class Kept {
  private readonly names = new Set<number>();
  loads = 0;

  /** @returns whether it has to be loaded. */
  use(name: number): boolean {
    const isThere = this.names.delete(name);
    this.names.add(name);
    if (isThere) return false;
    this.loads++;
    const [oldest] = this.names;
    if (this.names.size > KEPT && oldest !== undefined) this.names.delete(oldest);
    return true;
  }
}
