// Activation functions by the names that config.json gives them.

import { z } from 'zod';
import type { Graph } from '#onnx/graph.js';
import * as m from '#onnx/math.js';
import type { Value } from '#onnx/types.js';
import type { ActivationName } from '../types.js';

/** The tanh approximation has several names: they differ in how its constants are written down. */
export const activations = {
  silu: m.silu,
  gelu: m.gelu,
  gelu_new: m.geluTanh,
  gelu_fast: m.geluTanh,
  gelu_pytorch_tanh: m.geluTanh,
  quick_gelu: m.quickGelu,
} as const satisfies Record<ActivationName, (graph: Graph, x: Value) => Value>;

export type Activation = keyof typeof activations;
/** A key of config.json that names one. */
export const activationKey = z.enum(Object.keys(activations) as [Activation, ...Activation[]]);
