// A thread for tests.

import { Failure } from '#failure/failure.js';
import type { Call } from '../protocol.js';
import { serve } from '../serve.js';

export class BrokenSpring extends Failure {
  static {
    this.define('broken-spring', { permanent: true });
  }
}

export interface EchoProtocol {
  /** A start of `broken` fails. */
  readonly start: string;
  readonly calls: {
    readonly echo: Call<string, string>;
    readonly fail: Call<'known' | 'unknown', void>;
    /** Tells the numbers below; delivered, each waits until the last one was received. */
    readonly count: Call<{ readonly to: number; readonly deliver: boolean }, number, number>;
    /** Comes to an end when it is cancelled; how often that was, so far, is told by `stopped`. */
    readonly wait: Call<void, void, 'waiting'>;
    readonly stopped: Call<void, number>;
    /** Buffers that move; their sizes in the thread afterwards. */
    readonly move: Call<number, Uint8Array, Uint8Array>;
    readonly movedSizes: Call<void, number[]>;
    readonly share: Call<Int32Array, void>;
    readonly unclonable: Call<void, unknown>;
    readonly crash: Call<'exit' | 'throw', void>;
  };
}

await serve<EchoProtocol>(async (start) => {
  let stopped = 0;
  let moved: Uint8Array[] = [];
  await Promise.resolve();
  if (start === 'broken') throw new BrokenSpring('no spring', { detail: { start } });
  return {
    calls: {
      echo: (text) => `${start} ${text}`,
      fail(kind) {
        throw kind === 'known' ? new BrokenSpring('a spring') : new RangeError('private');
      },
      async count({ to, deliver }, call) {
        for (let i = 0; i < to; i++) {
          if (deliver) await call.deliver(i);
          else call.emit(i);
        }
        return to;
      },
      async wait(_, call) {
        call.emit('waiting');
        await new Promise((resolve) => call.signal.addEventListener('abort', resolve));
        stopped++;
      },
      stopped: () => stopped,
      async move(size, call) {
        const [event, result] = [new Uint8Array(size).fill(1), new Uint8Array(size)];
        moved = [event, result];
        await call.deliver(event, [event.buffer]);
        call.move([result.buffer]);
        return result;
      },
      movedSizes: () => moved.map(({ byteLength }) => byteLength),
      share: (numbers) => void Atomics.add(numbers, 0, 5),
      unclonable: () => () => {},
      crash(how) {
        if (how === 'exit') process.exit(3);
        setImmediate(() => {
          throw new Error('private');
        });
        return new Promise(() => {});
      },
    },
  };
});
