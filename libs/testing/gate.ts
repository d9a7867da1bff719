// A promise and its resolver: tests wait for what happens, not for time to pass.

export interface Gate<T = void> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
}

export function gate<T = void>(): Gate<T> {
  let resolve!: (value: T) => void;
  const promise = new Promise<T>((done) => (resolve = done));
  return { promise, resolve };
}
