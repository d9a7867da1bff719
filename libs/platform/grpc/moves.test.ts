// Calls go on at another server where theirs ends.

import { status } from '@grpc/grpc-js';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { gate } from '#testing/gate.js';
import { gatewayClientOf } from '#testing/identities.js';
import { startIdleInference } from '#testing/idle-inference.js';
import type { InferenceHandlers } from './inference-server.js';
import { RpcError } from './rpc-error.js';

const WORDS = ['one ', 'two ', 'three ', 'four '];
const gone = (): RpcError => new RpcError(status.UNAVAILABLE, 'gone');

/** A server that says the words, an id each, from where it is asked to; it may break off. */
const speaker = (
  asked: number[][],
  breakOff: (said: number) => Promise<void> | void,
): InferenceHandlers['generate'] =>
  async function* ({ resume }) {
    asked.push(resume);
    for (const [id, text] of [...WORDS.entries()].slice(resume.length)) {
      await breakOff(id);
      yield { text, tokenIds: [id], finishReason: id === WORDS.length - 1 ? 'stop' : '' };
    }
  };

async function serve(handlers: Partial<InferenceHandlers>) {
  const server = await startIdleInference(handlers);
  onTestFinished(() => server.drain(0));
  return server;
}

async function connect(...servers: readonly Partial<InferenceHandlers>[]) {
  const running = await Promise.all(servers.map(serve));
  const client = gatewayClientOf(
    `ipv4:${running.map(({ port }) => `127.0.0.1:${port}`).join(',')}`,
  );
  onTestFinished(() => client.close());
  const say = async (limits = {}): Promise<string> => {
    let text = '';
    for await (const chunk of client.generate('t', { model: { base: 'b' } }, limits))
      text += chunk.text;
    return text;
  };
  return { client, running, say };
}

test('an answer goes on from its own tokens, whichever server it began at', async () => {
  const asked: number[][] = [];
  let left = 2;
  const generate = speaker(asked, (id) => {
    if (id === left && left-- > 0) throw gone();
  });
  const { say } = await connect({ generate }, { generate });
  expect(await say()).toBe(WORDS.join(''));
  expect(asked).toEqual([[], [0, 1]]);
});

test('an answer that may not move ends in an error, unless nothing of it was told', async () => {
  const asked: number[][] = [];
  let breaksAt = 0;
  const generate = speaker(asked, (id) => {
    if (id !== breaksAt) return;
    breaksAt = -1;
    throw gone();
  });
  const { say } = await connect({ generate });
  expect(await say({ stays: true })).toBe(WORDS.join(''));
  breaksAt = 2;
  await expect(say({ stays: true })).rejects.toMatchObject({ code: status.UNAVAILABLE });
});

test('an answer whose tokens were not told does not begin anew behind what was said', async () => {
  const { say } = await connect({
    async *generate() {
      yield { text: 'one ' };
      throw gone();
    },
  });
  await expect(say()).rejects.toMatchObject({ code: status.UNAVAILABLE });
});

test('calls that end their servers do not end many', async () => {
  let calls = 0;
  const fail = async (): Promise<never> => {
    calls++;
    throw gone();
  };
  const { client } = await connect({ score: fail });
  await expect(client.score('t', {})).rejects.toMatchObject({ code: status.UNAVAILABLE });
  expect(calls).toBe(4);
});

test('other failures are told at once', async () => {
  let calls = 0;
  const { client } = await connect({
    score: async () => {
      calls++;
      throw new RpcError(status.RESOURCE_EXHAUSTED, 'busy');
    },
  });
  await expect(client.score('t', {})).rejects.toMatchObject({ code: status.RESOURCE_EXHAUSTED });
  expect(calls).toBe(1);
});

test('a server that must end hands its answers over', async () => {
  const asked: number[][] = [];
  const isHeld = gate();
  let holder = -1;
  const server = (at: number): Partial<InferenceHandlers> => ({
    async *generate(request, call) {
      const pause = (id: number): Promise<void> | undefined => {
        if (id !== 2 || holder >= 0) return undefined;
        holder = at;
        isHeld.resolve();
        return once(call.signal, 'abort').then(() => call.signal.throwIfAborted());
      };
      yield* speaker(asked, pause)(request, call);
    },
  });
  const { running, say } = await connect(server(0), server(1));
  const said = say();
  await isHeld.promise;
  await running[holder]!.drain(50);
  expect(await said).toBe(WORDS.join(''));
  expect(asked).toEqual([[], [0, 1]]);
});

test('an answer from a knowledge base is made anew, and told on where it is the same', async () => {
  const grounding = { status: 'grounded' };
  const words = ['One. ', 'Two. ', 'Three.'];
  const speaks = (said: readonly string[], breaksAt = -1) =>
    async function* () {
      for (const [i, text] of said.entries()) {
        if (i === breaksAt) throw gone();
        yield { text, ...(i === 0 ? { grounding } : {}) };
      }
      yield { text: '', finishReason: 'stop', grounding };
    };
  const from = async (
    ...servers: readonly InferenceHandlers['generate'][]
  ): Promise<{ texts: string[]; end: string }> => {
    let calls = 0;
    const { client } = await connect({
      generate: (...call) => servers[calls++]!(...call),
    });
    const texts: string[] = [];
    let end = '';
    const request = { model: { base: 'b' }, knowledge: {} };
    for await (const chunk of client.generate('t', request)) {
      texts.push(chunk.text);
      end = chunk.finishReason;
    }
    return { texts, end };
  };
  const whole = { texts: [...words, ''], end: 'stop' };
  expect(await from(speaks(words))).toEqual(whole);
  expect(await from(speaks(words, 0), speaks(words))).toEqual(whole);
  expect(await from(speaks(words, 2), speaks(['One. Tw', 'o. Th', 'ree.']))).toEqual({
    texts: ['One. ', 'Two. ', 'Th', 'ree.', ''],
    end: 'stop',
  });
  expect(await from(speaks(words, 1), speaks(words, 2), speaks(words))).toEqual(whole);
  for (const other of [['One. ', 'Too. '], ['One. ']])
    await expect(from(speaks(words, 2), speaks(other))).rejects.toMatchObject({
      code: status.UNAVAILABLE,
      publicMessage: 'the answer ended with its server; ask again',
    });
});
