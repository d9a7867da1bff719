import { status } from '@grpc/grpc-js';
import { once } from 'node:events';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { GenerateRequest__Output } from '#contracts/generated/lethe/inference/v1/GenerateRequest.js';
import { Failure } from '#failure/failure.js';
import { gatewayClient } from '#testing/identities.js';
import { startIdleInference } from '#testing/idle-inference.js';
import { withContext } from '../log/context.js';
import type { InferenceClient } from './inference-client.js';
import type { InferenceHandlers } from './inference-server.js';
import { RpcError } from './rpc-error.js';
import { SharedPictures } from './shared-pictures.js';

const none: Partial<InferenceHandlers> = {
  async *generate({ model }) {
    if (!model) throw new RpcError(status.UNIMPLEMENTED, 'not here');
    yield { text: model.base };
  },
  score: () => Promise.reject(new RpcError(status.NOT_FOUND, 'no such adapter')),
  countTokens: async ({ prompts }) => ({
    prompts: prompts.map(({ text = '' }) => ({ tokens: text.length })),
  }),
  listModels: async () => ({ models: [{ name: 'tiny', contextLength: 256, parameters: 1234 }] }),
};

async function serve(handlers: Partial<InferenceHandlers>, port = 0) {
  const server = await startIdleInference({ ...none, ...handlers }, port);
  onTestFinished(() => server.drain(0));
  return server;
}

async function connect(handlers: Partial<InferenceHandlers> = {}) {
  const server = await serve(handlers);
  const client = gatewayClient(server.port);
  onTestFinished(() => client.close());
  return { server, client };
}

async function collect(stream: AsyncIterable<{ text: string }>): Promise<string> {
  let text = '';
  for await (const chunk of stream) text += chunk.text;
  return text;
}

const failure = (work: Promise<unknown>): Promise<RpcError> =>
  work.then(
    () => Promise.reject(new Error('it did not fail')),
    (error: unknown) => error as RpcError,
  );

describe('lethe.inference.v1', () => {
  test('streams chunks in order, with the tenant and the trace of the caller', async () => {
    const { client } = await connect({
      async *generate(_, { tenant, traceId }) {
        for (const text of [tenant, '/', traceId]) yield { text };
        yield { text: '', finishReason: 'stop', usage: { promptTokens: 1, completionTokens: 2 } };
      },
    });
    const text = await withContext({ traceId: 'trace-1' }, () => collect(client.generate('t', {})));
    expect(text).toBe('t/trace-1');
  });

  describe('pictures that several calls show', () => {
    const bytes = Buffer.from('a picture');
    const prompt = { chat: { messages: [{ role: 'user', parts: [{ image: { bytes } }] }] } };
    const sourceOf = ({ prompt: asked }: GenerateRequest__Output): string =>
      asked?.chat?.messages[0]?.parts[0]?.image?.source ?? '';
    const sharing = (client: InferenceClient): Promise<string[]> => {
      const pictures = new SharedPictures();
      return Promise.all(
        [0, 1, 2].map(() => collect(client.generate('t', { prompt }, { pictures }))),
      );
    };

    test('are named once a call has brought them, while it is still answered', async () => {
      const sources: string[] = [];
      let answer = (): void => {};
      const answered = new Promise<void>((resolve) => {
        answer = resolve;
      });
      const { client } = await connect({
        async *generate(request, { taken }) {
          sources.push(sourceOf(request));
          taken?.();
          if (sources.length === 3) answer();
          await answered;
          yield { text: 'a cat', finishReason: 'stop' };
        },
      });
      expect(await sharing(client)).toEqual(['a cat', 'a cat', 'a cat']);
      expect(sources).toEqual(['bytes', 'known', 'known']);
    });

    test('are brought by each where they are not kept, and where the first call fails', async () => {
      const sources: string[] = [];
      const { client } = await connect({
        async *generate(request) {
          sources.push(sourceOf(request));
          if (sourceOf(request) === 'known') {
            const unseen = new Failure('gone', { type: 'unseen-image', permanent: true });
            throw new RpcError(status.FAILED_PRECONDITION, 'gone', unseen);
          }
          yield { text: 'a cat', finishReason: 'stop' };
        },
      });
      expect(await sharing(client)).toEqual(['a cat', 'a cat', 'a cat']);
      expect(sources.toSorted()).toEqual(['bytes', 'bytes', 'bytes', 'known', 'known']);
      const pictures = new SharedPictures();
      const other = await connect();
      const calls = [0, 1].map(() =>
        failure(collect(other.client.generate('t', { prompt }, { pictures }))),
      );
      for (const error of await Promise.all(calls))
        expect(error).toMatchObject({ code: status.UNIMPLEMENTED });
    });
  });

  test('answers calls and maps failures to codes, and says which of them a retry cannot heal', async () => {
    const { client } = await connect({ score: () => Promise.reject(new Error('tenant text')) });
    expect(await client.listModels()).toEqual({
      models: [
        {
          name: 'tiny',
          contextLength: 256,
          parameters: 1234,
          problem: '',
          modules: [],
          linearModules: [],
          seeingModules: [],
          imageTokens: 0,
          layers: 0,
          positions: 0,
          digest: '',
          precision: '',
          decoding: null,
          decodingMeasured: null,
        },
      ],
    });
    expect(await client.countTokens('t', { prompts: [{ text: 'four' }] })).toEqual({
      prompts: [{ tokens: 4, problem: '' }],
    });
    expect(await failure(client.score('t', {}))).toMatchObject({
      code: status.INTERNAL,
      permanent: false,
      publicMessage: 'the inference service failed; its log says where',
      cause: expect.objectContaining({ type: 'unexpected' }),
    });
    expect(await failure(collect(client.generate('t', {})))).toMatchObject({
      code: status.UNIMPLEMENTED,
      permanent: true,
      publicMessage: 'not here',
    });
    const other = await connect();
    expect(await failure(other.client.score('t', {}))).toMatchObject({
      code: status.NOT_FOUND,
      permanent: true,
      publicMessage: 'no such adapter',
    });
  });

  test('tells what failed, and no more than may be told', async () => {
    const cause = new Failure('private', {
      type: 'broken-spring',
      permanent: true,
      publicMessage: 'the spring broke',
      detail: 'private',
    });
    const { client } = await connect({
      score: () => Promise.reject(new RpcError(status.UNAVAILABLE, cause.publicMessage, cause)),
    });
    const refused = await failure(client.score('t', {}));
    expect(refused).toMatchObject({
      type: 'rpc-unavailable',
      code: status.UNAVAILABLE,
      permanent: true,
      publicMessage: 'the spring broke',
      cause: { type: 'broken-spring', message: 'the spring broke', detail: undefined },
    });
  });

  test('stops generating when the reader leaves, aborts, or runs out of time', async () => {
    const ends: Promise<unknown>[] = [];
    const { client } = await connect({
      async *generate(_, { signal }) {
        ends.push(once(signal, 'abort'));
        for (;;) {
          yield { text: 'x' };
          await new Promise((resolve) => setImmediate(resolve));
        }
      },
    });
    for await (const chunk of client.generate('t', {})) {
      expect(chunk.text).toBe('x');
      break;
    }
    await ends[0];

    const controller = new AbortController();
    const reading = failure(
      (async () => {
        for await (const _ of client.generate('t', {}, { signal: controller.signal }))
          controller.abort();
      })(),
    );
    expect((await reading).code).toBe(status.CANCELLED);
    await ends[1];

    expect(await failure(collect(client.generate('t', {}, { timeoutMs: 200 })))).toMatchObject({
      code: status.DEADLINE_EXCEEDED,
      permanent: false,
    });
    await ends[2];
  });

  test('waits for a slow reader instead of piling up what it has not read', async () => {
    let written = 0;
    const { client } = await connect({
      async *generate() {
        for (; written < 2000; written++) yield { text: 'x'.repeat(10_000) };
      },
    });
    const stream = client.generate('t', {})[Symbol.asyncIterator]();
    await stream.next();
    await client.listModels();
    expect(written).toBeLessThan(1000);
    await stream.return!();
  });

  test('finishes the calls at work when it drains, and takes no others', async () => {
    let finish!: () => void;
    let started!: () => void;
    const running = new Promise<void>((resolve) => (started = resolve));
    const { client, server } = await connect({
      async *generate() {
        yield { text: 'a' };
        started();
        await new Promise<void>((resolve) => (finish = resolve));
        yield { text: 'b' };
      },
    });
    const text = collect(client.generate('t', {}));
    await running;
    const drained = server.drain(5000);
    finish();
    expect(await text).toBe('ab');
    await drained;
    expect(await failure(client.listModels({ timeoutMs: 1000 }))).toMatchObject({
      code: expect.toBeOneOf([status.UNAVAILABLE, status.DEADLINE_EXCEEDED]),
    });
  });

  test('is found again soon after it was away', async () => {
    const { client, server } = await connect();
    await client.check();
    server.setServing(false);
    expect((await failure(client.check())).code).toBe(status.UNAVAILABLE);
    await server.drain(0);
    expect((await failure(client.check())).code).toBe(status.UNAVAILABLE);
    expect(await failure(client.listModels())).toMatchObject({
      code: status.UNAVAILABLE,
      publicMessage: 'the inference service cannot be reached',
    });
    await serve({}, server.port);
    await expect.poll(() => client.check().then(() => 'ready'), { timeout: 10_000 }).toBe('ready');
    expect((await client.listModels()).models).toHaveLength(1);
  });
});
