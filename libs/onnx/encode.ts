// Writes a graph as an ONNX ModelProto. Field numbers are those of onnx.proto3 (onnx/onnx, IR
// version 9).

import protobuf from 'protobufjs/minimal.js';
import {
  type Attributes,
  type Constant,
  type Dims,
  type ElementType,
  elementTypes,
} from './types.js';

export interface NodeRecord {
  readonly op: string;
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Attributes;
}
export interface Signature {
  readonly name: string;
  readonly type: ElementType;
  readonly dims: Dims;
}
export interface InitializerRecord extends Signature {
  readonly data: Constant;
}
/** A constant whose bytes lie apart from the model. */
export interface ExternalRecord extends Signature {
  /** Of the session's external data, or of a file in the session's folder. */
  readonly location: string;
  readonly offset: number;
  readonly bytes: number;
}
export interface ModelRecord {
  readonly nodes: readonly NodeRecord[];
  readonly initializers: readonly InitializerRecord[];
  readonly external?: readonly ExternalRecord[];
  readonly inputs: readonly Signature[];
  readonly outputs: readonly Signature[];
  /**
   * What is in between: onnxruntime cannot trace sizes through reshapes, and reuses memory only
   * between tensors whose sizes it knows.
   */
  readonly values?: readonly Signature[];
}

type Writer = protobuf.Writer;
const LENGTH_DELIMITED = 2;
const FIXED32 = 5;
const tag = (field: number, wire = 0): number => (field << 3) | wire;
const floatAttributes = new Set(['alpha', 'beta', 'epsilon', 'scale', 'softcap']);

function message(writer: Writer, field: number, body: (w: Writer) => void): void {
  writer.uint32(tag(field, LENGTH_DELIMITED)).fork();
  body(writer);
  writer.ldelim();
}
const text = (writer: Writer, field: number, value: string): Writer =>
  writer.uint32(tag(field, LENGTH_DELIMITED)).string(value);

function writeAttribute(w: Writer, name: string, value: number | string | readonly number[]): void {
  text(w, 1, name);
  if (typeof value === 'string') {
    text(w, 4, value);
    w.uint32(tag(20)).int32(3);
  } else if (typeof value !== 'number') {
    for (const item of value) w.uint32(tag(8)).int64(item);
    w.uint32(tag(20)).int32(7);
  } else if (floatAttributes.has(name)) {
    w.uint32(tag(2, FIXED32)).float(value);
    w.uint32(tag(20)).int32(1);
  } else {
    w.uint32(tag(3)).int64(value);
    w.uint32(tag(20)).int32(2);
  }
}

function writeNode(w: Writer, node: NodeRecord): void {
  for (const name of node.inputs) text(w, 1, name);
  for (const name of node.outputs) text(w, 2, name);
  text(w, 4, node.op);
  for (const [name, value] of Object.entries(node.attributes))
    message(w, 5, (a) => writeAttribute(a, name, value));
  if (node.domain) text(w, 7, node.domain);
}

function writeInitializer(w: Writer, tensor: InitializerRecord): void {
  for (const dim of tensor.dims) w.uint32(tag(1)).int64(dim as number);
  w.uint32(tag(2)).int32(elementTypes[tensor.type]);
  text(w, 8, tensor.name);
  const { buffer, byteOffset, byteLength } = tensor.data;
  w.uint32(tag(9, LENGTH_DELIMITED)).bytes(new Uint8Array(buffer, byteOffset, byteLength));
}

function writeExternal(w: Writer, tensor: ExternalRecord): void {
  for (const dim of tensor.dims) w.uint32(tag(1)).int64(dim as number);
  w.uint32(tag(2)).int32(elementTypes[tensor.type]);
  text(w, 8, tensor.name);
  for (const [key, value] of Object.entries({
    location: tensor.location,
    offset: String(tensor.offset),
    length: String(tensor.bytes),
  })) {
    message(w, 13, (entry) => text(text(entry, 1, key), 2, value));
  }
  w.uint32(tag(14)).int32(1);
}

function writeSignature(w: Writer, value: Signature): void {
  text(w, 1, value.name);
  message(w, 2, (type) =>
    message(type, 1, (tensor) => {
      tensor.uint32(tag(1)).int32(elementTypes[value.type]);
      message(tensor, 2, (shape) => {
        for (const dim of value.dims) {
          message(shape, 1, (d) => {
            if (typeof dim === 'number') d.uint32(tag(1)).int64(dim);
            else text(d, 2, dim);
          });
        }
      });
    }),
  );
}

function writeOperatorSet(w: Writer, domain: string, version: number): void {
  text(w, 1, domain);
  w.uint32(tag(2)).int64(version);
}

/** The bytes InferenceSession.create takes. */
export function encodeModel(model: ModelRecord): Uint8Array {
  const w = protobuf.Writer.create();
  w.uint32(tag(1)).int64(9);
  message(w, 7, (graph) => {
    for (const node of model.nodes) message(graph, 1, (n) => writeNode(n, node));
    text(graph, 2, 'lethe');
    for (const tensor of model.initializers) message(graph, 5, (t) => writeInitializer(t, tensor));
    for (const tensor of model.external ?? []) message(graph, 5, (t) => writeExternal(t, tensor));
    for (const input of model.inputs) message(graph, 11, (i) => writeSignature(i, input));
    for (const output of model.outputs) message(graph, 12, (o) => writeSignature(o, output));
    for (const value of model.values ?? []) message(graph, 13, (v) => writeSignature(v, value));
  });
  message(w, 8, (o) => writeOperatorSet(o, '', 18));
  message(w, 8, (o) => writeOperatorSet(o, 'com.microsoft', 1));
  return w.finish();
}
