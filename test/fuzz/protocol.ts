// What a process that is fed inputs tells the one that watches it.

export type Message =
  | { readonly kind: 'began'; readonly seed: number }
  | { readonly kind: 'ended'; readonly seed: number; readonly outcome: Outcome }
  | { readonly kind: 'done' };

export interface Outcome {
  /** It was taken, not refused. */
  readonly isAccepted: boolean;
  /** What must not be. */
  readonly finding?: string;
}

/** An input that takes more of the processors' time hangs. */
export const LIMIT_MS = 1000;
