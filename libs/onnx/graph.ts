// A graph under construction: every call appends a node and returns its result.

import { required } from '#collections/required.js';
import { zip } from '#collections/zip.js';
import { type BlockLayout, withBlockInputs } from './block-inputs.js';
import {
  encodeModel,
  type InitializerRecord,
  type ModelRecord,
  type NodeRecord,
  type Signature,
} from './encode.js';
import { withHalfInputs } from './half-inputs.js';
import { peakBytes, valueBytes } from './liveness.js';
import { type Composite, type Op, specOf, type Shape } from './ops.js';
import { ShapeError } from './shape-error.js';
import type {
  Attributes,
  Constant,
  Dim,
  Dims,
  ElementType,
  FloatType,
  Value,
  ValueOfEach,
} from './types.js';

/** One entry of the tape: a node, or a composite whose nodes are differentiated as a whole. */
export interface TapeEntry {
  readonly op: Op | Composite;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly attributes: Attributes;
  /** What a composite keeps for its gradient. */
  readonly saved: readonly Value[];
}

const constantTypes: [new (...args: never[]) => Constant, ElementType][] = [
  [Float32Array, 'float32'],
  [Float64Array, 'float64'],
  [BigInt64Array, 'int64'],
  [Int32Array, 'int32'],
  [Uint8Array, 'uint8'],
  [Int8Array, 'int8'],
];

function elementTypeOf(data: Constant): ElementType {
  const [, type] = constantTypes.find(([kind]) => data instanceof kind) ?? [];
  if (!type) throw new TypeError(`a graph has no constants of ${data}`);
  return type;
}

/** Rows of an input, `to` excluded. */
export interface Rows {
  readonly from: number;
  readonly to: number;
}

/** A file of constants: its name in the session's folder, and where each one begins. */
export interface ConstantsPlace {
  readonly name: string;
  readonly offsets: ReadonlyMap<string, number>;
}

/** Name of the input that tells a graph the size of a dimension which varies from pass to pass. */
export const dimInput = (dim: string): string => `dim.${dim}`;

export class Graph {
  readonly tape: TapeEntry[] = [];
  private readonly nodes: NodeRecord[] = [];
  /** Results of nodes. */
  private readonly values: Value[] = [];
  private readonly initializers: InitializerRecord[] = [];
  private readonly inputs = new Map<string, Value>();
  private readonly filed = new Map<string, Value>();
  private readonly outputs = new Map<string, Value>();
  private readonly constants = new Map<string, Value>();
  /** Rows of inputs, by the name of the value that they are. */
  readonly views = new Map<string, Rows & { readonly input: string }>();
  private recording = true;
  private count = 0;

  /** @param pairsRows whether products over blocks read their one row twice (see block-inputs.ts). */
  constructor(
    readonly float: FloatType = 'float32',
    private readonly pairsRows = false,
  ) {}

  /** Declares an input; asking again for the same name returns the same value. */
  input(name: string, dims: Dims, type: ElementType = this.float): Value {
    const known = this.inputs.get(name);
    if (known) return known;
    const value = { name, dims, type };
    this.inputs.set(name, value);
    return value;
  }

  /** All inputs, in the order in which they were declared. */
  declared(): Value[] {
    return [...this.inputs.values()];
  }

  /** Of an input that was declared. */
  inputType(name: string): ElementType | undefined {
    return this.inputs.get(name)?.type;
  }

  /**
   * Declares a constant that lies in a file; asking again for the same name returns the same value.
   */
  filedConstant(name: string, dims: readonly number[], type: ElementType): Value {
    const value = this.filed.get(name) ?? { name, dims, type };
    this.filed.set(name, value);
    return value;
  }

  /** Bytes of all constants that lie in files. */
  filedBytes(): number {
    return [...this.filed.values()].reduce((sum, value) => sum + valueBytes(value, {}), 0);
  }

  /** Declares a result under a name of the caller's choice. */
  output(name: string, value: Value): void {
    // A pass's outputs are told apart by name, so a value that already has one is passed on under
    // the new name.
    const taken =
      this.inputs.has(value.name) ||
      this.views.has(value.name) ||
      [...this.outputs.values()].some((other) => other.name === value.name);
    this.outputs.set(name, taken ? this.op('Identity', [value]) : value);
  }

  constant(data: Constant, dims: Dims = [data.length]): Value {
    const value = { name: this.nextName(), dims, type: elementTypeOf(data) };
    this.initializers.push({ ...value, data });
    return value;
  }

  scalar(x: number): Value {
    return this.cached(`scalar ${x}`, () =>
      this.constant(this.float === 'float32' ? Float32Array.of(x) : Float64Array.of(x), []),
    );
  }

  ints(items: readonly number[]): Value {
    return this.cached(`ints ${items}`, () => this.constant(BigInt64Array.from(items, BigInt)));
  }

  /**
   * Rows of an input along its first dimension, without a gradient. Where the input is fed they are
   * an input of their own, which takes no copy; of a constant they are a copy that each pass makes.
   */
  rows(input: Value, { from, to }: Rows): Value {
    return this.cached(`rows ${input.name} ${from} ${to}`, () =>
      this.taped(() => {
        const value = this.op(
          'Slice',
          [input, this.ints([from]), this.ints([to])],
          {},
          { dims: [to - from, ...input.dims.slice(1)], type: input.type },
        );
        this.views.set(value.name, { input: input.name, from, to });
        return value;
      }),
    );
  }

  /** An int64 vector with the given sizes; sizes that vary come from inputs named by `dimInput`. */
  shape(dims: Dims): Value {
    if (dims.every((dim) => typeof dim === 'number')) return this.ints(dims as number[]);
    return this.cached(`shape ${dims}`, () => {
      const parts = dims.map((dim) =>
        typeof dim === 'number' ? this.ints([dim]) : this.input(dimInput(dim), [1], 'int64'),
      );
      return this.untaped(() =>
        this.op('Concat', parts, { axis: 0 }, { dims: [dims.length], type: 'int64' }),
      );
    });
  }

  /** Appends a node with one result. `shape` is given for ops whose result depends on values. */
  op(op: Op, inputs: readonly Value[], attributes: Attributes = {}, shape?: Shape): Value {
    const result = shape ?? specOf(op).infer?.(inputs, attributes);
    if (!result) throw new ShapeError(`${op} needs the shape of its result`);
    const [value] = this.opWithOutputs(op, inputs, attributes, [result]);
    return value;
  }

  /** Appends a node with a result for each shape. */
  opWithOutputs<const S extends readonly Shape[]>(
    op: Op,
    inputs: readonly Value[],
    attributes: Attributes,
    shapes: S,
  ): ValueOfEach<S> {
    const { domain = '' } = specOf(op);
    const outputs = shapes.map(({ dims, type }) => ({ name: this.nextName(), dims, type }));
    this.nodes.push({
      op,
      domain,
      inputs: inputs.map((v) => v.name),
      outputs: outputs.map((v) => v.name),
      attributes,
    });
    this.values.push(...outputs);
    if (this.recording) this.tape.push({ op, inputs, outputs, attributes, saved: [] });
    return outputs as ValueOfEach<S>;
  }

  /** Several nodes that are differentiated as one entry of the tape, by the rule of that name. */
  composite(
    op: Composite,
    inputs: readonly Value[],
    build: () => { output: Value; saved: readonly Value[] },
    attributes: Attributes = {},
  ): Value {
    const { output, saved } = this.untaped(build);
    if (this.recording) this.tape.push({ op, inputs, outputs: [output], attributes, saved });
    return output;
  }

  /**
   * Appends once more the nodes that lead from one value to another, with `start` in the place of
   * the first.
   * @returns the new results by the names of the old ones.
   */
  replay(from: Value, to: Value, start: Value): Map<string, Value> {
    const known = new Map(this.values.map((value) => [value.name, value]));
    const copies = new Map([[from.name, start]]);
    const last = this.nodes.findIndex((node) => node.outputs.includes(to.name));
    for (const node of this.nodes.slice(0, last + 1)) {
      if (!node.inputs.some((name) => copies.has(name))) continue;
      const outputs = node.outputs.map((name) => ({
        ...required(known, name),
        name: this.nextName(),
      }));
      this.nodes.push({
        ...node,
        inputs: node.inputs.map((name) => copies.get(name)?.name ?? name),
        outputs: outputs.map(({ name }) => name),
      });
      this.values.push(...outputs);
      for (const [name, copy] of zip(node.outputs, outputs)) copies.set(name, copy);
    }
    return copies;
  }

  /** Runs `build` without recording its nodes for differentiation. */
  untaped<T>(build: () => T): T {
    return this.withRecording(false, build);
  }

  /**
   * Records the nodes of `build` whoever asks: for values that are made once, by the first who
   * needs them.
   */
  taped<T>(build: () => T): T {
    return this.withRecording(true, build);
  }

  private withRecording<T>(recording: boolean, build: () => T): T {
    const before = this.recording;
    this.recording = recording;
    try {
      return build();
    } finally {
      this.recording = before;
    }
  }

  /** The graph as ONNX bytes, with nothing outside of it. */
  encode(): Uint8Array {
    return encodeModel(this.model());
  }

  /**
   * What there is to encode, without nodes that no output needs.
   * @param external inputs that become constants given apart from the model, with their sizes in
   * bytes.
   * @param halves inputs that are fed in 16 bits, with what they are to be multiplied by (see
   * half-inputs.ts).
   * @param file where the constants lie that were declared so.
   * @param blocks inputs that are fed as integers in blocks (see block-inputs.ts).
   */
  model(
    external: ReadonlyMap<string, number> = new Map(),
    halves: ReadonlyMap<string, number> = new Map(),
    file?: ConstantsPlace,
    blocks: ReadonlyMap<string, BlockLayout> = new Map(),
  ): Required<ModelRecord> {
    const renamed = new Map([...this.outputs].map(([name, value]) => [value.name, name]));
    const rename = (name: string): string => renamed.get(name) ?? name;
    const isFed = (value: string): boolean => {
      const view = this.views.get(value);
      return view !== undefined && !external.has(view.input);
    };
    const needed = this.neededNodes()
      .filter((n) => !n.outputs.some(isFed))
      .map((n) => ({ ...n, inputs: n.inputs.map(rename), outputs: n.outputs.map(rename) }));
    const outputs = [...this.outputs].map(([name, { dims, type }]): Signature => ({
      name,
      dims,
      type,
    }));
    const [read, made] = [
      new Set(needed.flatMap((node) => node.inputs)),
      new Set(needed.flatMap((node) => node.outputs)),
    ];
    const views = this.values.filter(({ name }) => isFed(name) && read.has(name));
    const filed = [...this.filed.values()]
      .filter(({ name }) => read.has(name))
      .map((value) => {
        const offset = file?.offsets.get(value.name);
        if (!file || offset === undefined)
          throw new Error(`the graph's constant ${value.name} is in no file`);
        return { ...value, location: file.name, offset, bytes: valueBytes(value, {}) };
      });
    const all = [...this.inputs.values(), ...views];
    const declared = (name: string): string => this.views.get(name)?.input ?? name;
    const halved = withHalfInputs(
      needed,
      all.filter(({ name }) => !external.has(name)),
      (name) => halves.get(declared(name)),
    );
    const { nodes, inputs, packed, constants } = withBlockInputs(
      halved.nodes,
      halved.inputs,
      (name) => blocks.get(declared(name)),
      (name) => this.views.has(name),
      this.pairsRows,
    );
    return {
      nodes,
      initializers: [
        ...this.initializers.filter(({ name }) => read.has(rename(name))),
        ...halved.constants,
        ...constants,
      ],
      external: [
        ...filed,
        ...packed,
        ...all.flatMap((value) => {
          const bytes = external.get(value.name);
          return bytes === undefined ? [] : [{ ...value, location: value.name, offset: 0, bytes }];
        }),
      ],
      inputs,
      outputs,
      values: this.values.filter((value) => made.has(value.name)),
    };
  }

  /**
   * Bytes that a pass's values take at once, without inputs (see liveness.ts).
   * @param sizes of the dimensions that vary.
   */
  peakBytes(sizes: Readonly<Record<string, number>>): number {
    const needed = new Set(this.neededNodes());
    const outputs = new Set([...this.outputs.values()].map(({ name }) => name));
    return peakBytes(
      this.nodes.filter((node) => needed.has(node)),
      this.values,
      outputs,
      sizes,
    );
  }

  /** Bytes of the largest value that a pass makes. */
  largestBytes(sizes: Readonly<Record<string, number>>): number {
    const made = new Set(this.neededNodes().flatMap((node) => node.outputs));
    return this.values.reduce(
      (most, value) =>
        made.has(value.name) && !this.views.has(value.name)
          ? Math.max(most, valueBytes(value, sizes))
          : most,
      0,
    );
  }

  /**
   * Bytes of the largest input, or part of one, that a node reads whole: those whose rows are
   * looked up are not.
   */
  largestReadBytes(): number {
    const read = new Set(
      this.neededNodes().flatMap(({ op, inputs }) =>
        op === 'Gather' || op === 'Slice' ? [] : inputs,
      ),
    );
    const inputs = [
      ...this.inputs.values(),
      ...this.values.filter(({ name }) => this.views.has(name)),
    ];
    return inputs.reduce(
      (most, value) => (read.has(value.name) ? Math.max(most, valueBytes(value, {})) : most),
      0,
    );
  }

  private neededNodes(): NodeRecord[] {
    const needed = new Set([...this.outputs.values()].map(({ name }) => name));
    const kept = this.nodes.toReversed().filter((node) => {
      if (!node.outputs.some((name) => needed.has(name))) return false;
      for (const name of node.inputs) needed.add(name);
      return true;
    });
    // onnxruntime starts from the results that nothing reads, the last first: a layer's gradients
    // are then made as the backward pass comes by, and not after it, which would keep what they
    // need of every layer to the end.
    const read = new Set(kept.flatMap((node) => node.inputs));
    const isLast = (node: NodeRecord): boolean => !node.outputs.some((name) => read.has(name));
    return [...kept.filter((node) => !isLast(node)).toReversed(), ...kept.filter(isLast)];
  }

  private nextName(): string {
    return `v${this.count++}`;
  }

  /** A value that the graph holds once, by a key of the caller's choice. */
  cached(key: string, make: () => Value): Value {
    const known = this.constants.get(key);
    if (known) return known;
    const value = make();
    this.constants.set(key, value);
    return value;
  }
}

/** Number of elements, where every dimension is known. */
export const sizeOf = (dims: readonly Dim[]): number =>
  dims.reduce<number>((size, dim) => size * Number(dim), 1);
