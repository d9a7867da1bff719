import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
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
  it('adds the ids of the work at hand, across awaits, and only there', async () => {
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
      traceId: 'x',
      step: 1,
      msg: 'inside',
    });
    expect(lines[1]).not.toHaveProperty('jobId');
  });

  it('carries the messages of Nest with their speaker', () => {
    const { lines, logger } = capture();
    const nest = new NestLogger(logger);
    nest.warn('careful', 'Router');
    nest.error('broken', 'stack', 'Router');
    expect(lines).toMatchObject([
      { level: 'warn', msg: 'careful', context: 'Router' },
      { level: 'error', msg: 'broken', context: 'Router', stack: 'stack' },
    ]);
  });
});
