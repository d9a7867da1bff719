import { Writable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { Failure } from '#failure/failure.js';
import { withContext } from './context.js';
import { createLogger } from './logger.js';
import { NestLogger } from './nest-logger.js';

function capture() {
  const lines: Record<string, unknown>[] = [];
  const destination = new Writable({
    write(chunk, _encoding, done) {
      lines.push(JSON.parse(String(chunk)));
      done();
    },
  });
  return { lines, logger: createLogger({ service: 'test', level: 'debug', destination }) };
}

describe('createLogger', () => {
  test('adds the ids of the work at hand, across awaits, and only there', async () => {
    const { lines, logger } = capture();
    await withContext({ jobId: 'j', tenantId: 't' }, async () => {
      await Promise.resolve();
      withContext({ traceId: 'x' }, () => logger.info({ step: 1 }, 'inside'));
    });
    logger.info('outside');
    expect(lines[0]).toMatchObject({
      level: 'info',
      service: 'test',
      jobId: 'j',
      tenantId: 't',
      trace_id: 'x',
      step: 1,
      msg: 'inside',
    });
    expect(lines[1]).not.toHaveProperty('jobId');
  });

  test('tells of a failure, and of its causes, what may be told', () => {
    const { lines, logger } = capture();
    const cause = new TypeError('private');
    logger.error({ err: new Failure('private', { publicMessage: 'public', cause }) }, 'x');
    expect(lines[0]).toMatchObject({
      err: {
        type: 'Failure',
        failure: 'unexpected',
        permanent: false,
        message: 'public',
        stack: expect.stringMatching(/^ {4}at .*logger\.test/),
        cause: { message: "unexpected TypeError; the service's log says where" },
      },
    });
    expect(JSON.stringify(lines)).not.toContain('private');
  });

  test('tells of any other error its kind and its place: its message may quote what it read', () => {
    const { lines, logger } = capture();
    const values = { query: 'insert', params: ['private'], code: '23505' };
    logger.error({ err: Object.assign(new Error('private'), values) }, 'x');
    logger.error({ err: 'private' }, 'x');
    expect(lines[0]).toMatchObject({
      err: { type: 'Error', message: "unexpected Error 23505; the service's log says where" },
    });
    expect(JSON.stringify(lines)).not.toContain('private');
  });

  test("tells of the system's errors what they say", () => {
    const { lines, logger } = capture();
    const refused = new Error('connect ECONNREFUSED 127.0.0.1:1');
    logger.error({ err: Object.assign(refused, { code: 'ECONNREFUSED', syscall: 'connect' }) });
    expect(lines[0]).toMatchObject({ err: { message: 'connect ECONNREFUSED 127.0.0.1:1' } });
  });

  test('is not told who speaks by what is said', () => {
    const { lines, logger } = capture();
    const frame = '\n    at private (/app/node_modules/bullmq/private.js:1:1)';
    const forged = new Error(`private${frame}`);
    const renamed = Object.assign(new Error('x'), { message: `private${frame}` });
    const database = Object.assign(new Error('private'), {
      stack: 'Error: private\n    at parse (/app/node_modules/pg-protocol/dist/parser.js:1:1)',
    });
    for (const err of [forged, renamed, database]) {
      logger.error({ err }, 'x');
      new NestLogger(logger).error(err, 'Router');
      new NestLogger(logger).error(err.message, err.stack, 'Router');
    }
    expect(lines).toHaveLength(9);
    expect(JSON.stringify(lines)).not.toContain('private');
  });

  test('carries the messages of Nest with their speaker', () => {
    const { lines, logger } = capture();
    const nest = new NestLogger(logger);
    nest.warn('careful', 'Router');
    nest.error('broken', 'Error: broken\n    at run (/app/run.js:1:1)', 'Router');
    expect(lines).toMatchObject([
      { level: 'warn', msg: 'careful', context: 'Router' },
      {
        level: 'error',
        msg: 'an error',
        context: 'Router',
        err: { type: 'Error', stack: '    at run (/app/run.js:1:1)' },
      },
    ]);
  });
});
