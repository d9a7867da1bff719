// What an input of a pass is fed with.

export interface InputData {
  readonly dims: readonly number[];
  readonly data: Float32Array | BigInt64Array;
}
