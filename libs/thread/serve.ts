// The thread's side: takes its owner's calls, several at a time.

import { parentPort, workerData } from 'node:worker_threads';
import { toData } from '#failure/failure-data.js';
import type { CallName, Protocol, ToThread } from './protocol.js';
import { post, ServedCall } from './served-call.js';

type Handler<P extends Protocol, N extends CallName<P>> = (
  input: P['calls'][N]['input'],
  call: ServedCall<P['calls'][N]['event']>,
) => P['calls'][N]['result'] | Promise<P['calls'][N]['result']>;

export interface Served<P extends Protocol> {
  readonly calls: { readonly [N in CallName<P>]: Handler<P, N> };
  /** Called before the thread ends, once no call is under way. */
  close?(): Promise<void>;
}

interface Running {
  readonly call: ServedCall<unknown>;
  readonly done: Promise<void>;
}

/**
 * @param open makes the thread ready. Calls wait for it; what it throws fails them and ends the
 * thread, so it must leave nothing native under way then: a thread torn down while a session loads
 * takes the process with it.
 */
export async function serve<P extends Protocol>(
  open: (start: P['start']) => Served<P> | Promise<Served<P>>,
): Promise<void> {
  const opening = (async () => open(workerData as P['start']))();
  const running = new Map<number, Running>();

  const answer = async (call: ServedCall<never>, name: string, input: unknown): Promise<void> => {
    try {
      const { calls } = await opening;
      call.signal.throwIfAborted();
      const result = await calls[name as CallName<P>](input, call);
      post({ type: 'result', id: call.id, result }, call.transfer);
    } catch (error) {
      post({ type: 'failed', id: call.id, failure: toData(error) });
    } finally {
      running.delete(call.id);
    }
  };

  const close = async (): Promise<void> => {
    for (const { call } of running.values()) call.cancel();
    await Promise.all([...running.values()].map(({ done }) => done));
    await (await opening).close?.();
    process.exit();
  };

  parentPort?.on('message', (message: ToThread) => {
    switch (message.type) {
      case 'call': {
        const { id, name, input } = message;
        const call = new ServedCall<never>(id);
        return void running.set(id, { call, done: answer(call, name, input) });
      }
      case 'cancel':
        return running.get(message.id)?.call.cancel();
      case 'received':
        return running.get(message.id)?.call.received();
      case 'close':
        return void close();
    }
  });

  try {
    await opening;
    post({ type: 'ready' });
  } catch (error) {
    post({ type: 'broken', failure: toData(error) });
    process.exit();
  }
}
