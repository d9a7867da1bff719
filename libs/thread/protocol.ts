// What a thread and its owner may say to each other.

import type { FailureData } from '#failure/failure-data.js';

/** A call: what it is given, what it comes to, and what it tells on its way. All are cloned. */
export interface Call<Input, Result, Event = never> {
  readonly input: Input;
  readonly result: Result;
  readonly event: Event;
}

/** What a thread is started with, and the calls that it takes. */
export interface Protocol {
  readonly start: unknown;
  readonly calls: Readonly<Record<string, Call<unknown, unknown, unknown>>>;
}

/** The calls of a protocol by name. */
export type CallName<P extends Protocol> = keyof P['calls'] & string;

export type ToThread =
  | {
      readonly type: 'call';
      readonly id: number;
      readonly name: string;
      readonly input: unknown;
    }
  /** `received`: the event that the thread waits with has been dealt with. */
  | { readonly type: 'cancel' | 'received'; readonly id: number }
  | { readonly type: 'close' };

export type FromThread =
  | { readonly type: 'ready' }
  | { readonly type: 'broken'; readonly failure: FailureData }
  | {
      readonly type: 'event';
      readonly id: number;
      readonly event: unknown;
      /** Whether the thread waits until it is received. */
      readonly waits: boolean;
    }
  | { readonly type: 'result'; readonly id: number; readonly result: unknown }
  | { readonly type: 'failed'; readonly id: number; readonly failure: FailureData };
