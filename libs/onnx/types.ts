// The nouns of a graph: element types, dimensions, values and attributes.

/** ONNX element types the project uses, by the number TensorProto.DataType gives them. */
export const elementTypes = {
  float32: 1,
  uint8: 2,
  int8: 3,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  float64: 11,
} as const;
export type ElementType = keyof typeof elementTypes;
export type FloatType = 'float32' | 'float64';

/** A size known when the graph is built, or the name of one that is known when it runs. */
export type Dim = number | string;
export type Dims = readonly Dim[];

/** A tensor of the graph: an edge between nodes. Values are created by a Graph only. */
export interface Value {
  readonly name: string;
  readonly type: ElementType;
  readonly dims: Dims;
}

/** A value for each item of a list: as many as the list's type says. */
export type ValueOfEach<T extends readonly unknown[]> = { -readonly [K in keyof T]: Value };

/**
 * Node attributes. A number is an ONNX integer unless its name is one of ONNX's float attributes
 * (see encode.ts).
 */
export type Attributes = Readonly<Record<string, number | string | readonly number[]>>;

export type Constant =
  | Float32Array
  | Float64Array
  | BigInt64Array
  | Int32Array
  | Uint8Array
  | Int8Array;

export const sameDims = (a: Dims, b: Dims): boolean =>
  a.length === b.length && a.every((dim, i) => dim === b[i]);
