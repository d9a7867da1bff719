// What answers several requests at once, each by the base model or by one of its adapters.

export interface ServerRequest {
  readonly prompt: readonly number[];
  /** Of the answer, whatever they are. */
  readonly tokens: number;
  /** Its number; absent: the base model. */
  readonly adapter?: number | undefined;
}

export interface ServerAnswers {
  /** Until the last of them is whole. */
  readonly seconds: number;
  /** Of each. */
  readonly tokens: readonly (readonly number[])[];
}

export interface Server {
  ask(requests: readonly ServerRequest[]): Promise<ServerAnswers>;
  close(): Promise<void>;
}

/** Prompts that differ. */
export const promptOf = (length: number, seed: number): number[] =>
  Array.from({ length }, (_, i) => 300 + ((i * 37 + seed * 101) % 40_000));
