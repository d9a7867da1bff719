// Representation misdirection (Li et al. 2024, arXiv 2403.03218): a layer's states go to a random
// direction on the forget set, and stay what they were on the retain set.
import { z } from 'zod';
import type { Graph } from '#onnx/graph.js';
import { add, mean, mul, scale, sub } from '#onnx/math.js';
import type { Value } from '#onnx/types.js';
import { defineObjective, type Step } from './objective.js';

const options = {
  /** From 0. */
  layer: z.number().int().min(0).max(1000).default(7),
  steering_coeff: z.number().positive().max(1e6).default(2),
  /** Weight of the distance to the reference's states on the retain set. */
  retain_coeff: z.number().min(0).max(1e6).default(1),
};

const squaredDistance = (graph: Graph, a: Value, b: Value): Value => {
  const difference = sub(graph, a, b);
  return mean(graph, mul(graph, difference, difference), [-1], true);
};

/** steering_coeff times a unit vector, uniform in [0, 1) before it is normalised; [hidden]. */
function control(graph: Graph, { random }: Step, size: number, coefficient: number): Value {
  const generator = random('control');
  const vector = Float64Array.from({ length: size }, () => generator.uniform());
  const norm = Math.sqrt(vector.reduce((sum, x) => sum + x * x, 0));
  return graph.constant(Float32Array.from(vector, (x) => (x / norm) * coefficient));
}

/**
 * MSE(h, c u) on the forget set plus retain_coeff MSE(h, h_ref) on the retain set, at answer
 * tokens.
 */
export default defineObjective({
  summary:
    "steer a layer's states on the forget set to a random direction, keep them on the retain set",
  options,
  retainTerms: [],
  loss: (graph, step, { layer, steering_coeff: coefficient }) => {
    const states = step.forget.hiddenState(layer);
    return step.forget.answerMean(
      squaredDistance(graph, states, control(graph, step, Number(states.dims[1]), coefficient)),
    );
  },
  retain: (graph, { retain, retainLoss }, { layer, retain_coeff: coefficient }) => {
    const kept = scale(
      graph,
      retain.answerMean(
        squaredDistance(graph, retain.hiddenState(layer), retain.referenceHiddenState(layer)),
      ),
      coefficient,
    );
    return retainLoss ? add(graph, kept, retainLoss) : kept;
  },
});
