// What a session reads, and where it writes.

export interface Feed {
  readonly dims: readonly number[];
  /** 16-bit numbers are halves. */
  readonly data: Float32Array | BigInt64Array | Uint16Array | Uint8Array;
}
export type Feeds = Readonly<Record<string, Feed>>;
