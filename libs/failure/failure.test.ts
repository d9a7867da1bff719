import { deserialize, serialize } from 'node:v8';
import { Script } from 'node:vm';
import { expect, test } from 'vitest';
import { revive, toData, toPublic } from './failure-data.js';
import { Failure, type FailureOptions } from './failure.js';

class BrokenSpring extends Failure {
  static {
    this.define('broken-spring', { permanent: true });
  }
}
class BrokenCoil extends BrokenSpring {
  static {
    this.define('broken-coil', { permanent: false });
  }
}

const cloned = <T>(value: T): T => deserialize(serialize(value)) as T;
const spring = (options?: FailureOptions) => new BrokenSpring('the spring broke', options);

test('a failure is what its class says, and its parent class too', () => {
  expect(spring()).toMatchObject({ type: 'broken-spring', permanent: true, name: 'BrokenSpring' });
  expect(new BrokenCoil('?')).toMatchObject({ type: 'broken-coil', permanent: false });
  expect(new BrokenCoil('?')).toBeInstanceOf(BrokenSpring);
  expect(spring({ permanent: false }).permanent).toBe(false);
});

test('two classes cannot have one type', () => {
  const again = () =>
    class extends Failure {
      static {
        this.define('broken-spring', { permanent: true });
      }
    };
  expect(again).toThrow('two classes of failures are called broken-spring');
});

test('the public message names files with their last folder alone, unless another is given', () => {
  const said = (message: string) => new Failure(message).publicMessage;
  expect(said('/srv/models/x/config.json: no "vocab_size"')).toBe('x/config.json: no "vocab_size"');
  expect(said('cannot read "/etc/a/b" and /etc/c')).toBe('cannot read "a/b" and etc/c');
  expect(said('expected question/answer or 1/2 at http://host/v1/x')).toBe(
    'expected question/answer or 1/2 at http://host/v1/x',
  );
  expect(spring({ publicMessage: 'it broke' }).publicMessage).toBe('it broke');
});

test('any error is a failure: of one that is none, only the class may be told', () => {
  const cause = new Error('private too');
  const failure = Failure.of(new TypeError('private', { cause }));
  expect(failure).toMatchObject({
    type: 'unexpected',
    permanent: false,
    message: 'private',
    cause,
  });
  expect(failure.publicMessage).toBe("unexpected TypeError; the service's log says where");
  expect(Failure.of(Object.assign(new Error('x'), { code: 'EIO' })).publicMessage).toMatch(
    /^unexpected Error EIO;/,
  );
  expect(Failure.of('private').publicMessage).toMatch(/^unexpected Error;/);
  expect(Failure.of(undefined).message).toBe('undefined');
  const known = spring();
  expect(Failure.of(known)).toBe(known);
});

test('isInstance knows classes, and failures that another copy of the module has made', async () => {
  expect(Failure.isInstance(new BrokenCoil('?'))).toBe(true);
  expect(BrokenSpring.isInstance(new BrokenCoil('?'))).toBe(true);
  expect(BrokenCoil.isInstance(spring())).toBe(false);
  for (const other of [new Error('?'), null, undefined, 'text', { type: 'broken-spring' }])
    expect(Failure.isInstance(other)).toBe(false);

  const copy = new Script(`
    class Copy extends Error {}
    Copy.prototype[Symbol.for('lethe.failure')] = true;
    Object.assign(new Copy('foreign'), { type: 'broken-spring', permanent: true });
  `).runInNewContext() as unknown;
  expect(copy).not.toBeInstanceOf(Error);
  expect(Failure.isInstance(copy)).toBe(true);
  expect(BrokenSpring.isInstance(copy)).toBe(true);
  expect(BrokenCoil.isInstance(copy)).toBe(false);
});

test('a failure is revived to its class, with all that it held', () => {
  const cause = new RangeError('inner', { cause: new BrokenCoil('innermost') });
  const failure = spring({ publicMessage: 'it broke', detail: { turns: 3 }, cause });
  const revived = revive(cloned(toData(failure)));
  expect(revived).toBeInstanceOf(BrokenSpring);
  expect(revived).toMatchObject({
    name: 'BrokenSpring',
    message: 'the spring broke',
    publicMessage: 'it broke',
    permanent: true,
    detail: { turns: 3 },
    stack: failure.stack,
  });
  expect(revived.cause).toMatchObject({ type: 'unexpected', message: 'inner' });
  expect((revived.cause as Error).cause).toBeInstanceOf(BrokenCoil);
});

test('a failure of a class that is not loaded keeps its type and its word on retries', () => {
  const revived = revive(cloned({ ...toData(spring()), type: 'never-heard-of' }));
  expect(Object.getPrototypeOf(revived)).toBe(Failure.prototype);
  expect(revived).toMatchObject({ type: 'never-heard-of', permanent: true });
  expect(toData(revived)).toMatchObject({ type: 'never-heard-of', permanent: true });
});

test('nothing that is private leaves the process', () => {
  const failure = spring({
    publicMessage: 'it broke',
    detail: 'private',
    cause: new Error('private'),
  });
  expect(toPublic(failure)).toEqual({
    type: 'broken-spring',
    permanent: true,
    publicMessage: 'it broke',
  });
  const revived = revive(cloned(toPublic(failure)));
  expect(revived).toBeInstanceOf(BrokenSpring);
  expect(revived.message).toBe('it broke');
});
