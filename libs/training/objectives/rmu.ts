// Representation misdirection (Li et al. 2024, arXiv 2403.03218): a layer's states go to a random
// direction on the forget set, and stay what they were on the retain set.

import type { Graph } from '#onnx/graph.js';
import { add, mean, mul, scale, sub } from '#onnx/math.js';
import type { Value } from '#onnx/types.js';
import type { Loss, StepView } from './loss.js';

const squaredDistance = (graph: Graph, a: Value, b: Value): Value => {
  const difference = sub(graph, a, b);
  return mean(graph, mul(graph, difference, difference), [-1], true);
};

/** steering_coeff times a unit vector, uniform in [0, 1) before it is normalised; [hidden]. */
function control(graph: Graph, { random }: StepView, size: number, coefficient: number): Value {
  const generator = random('control');
  const vector = Float64Array.from({ length: size }, () => generator.uniform());
  const norm = Math.sqrt(vector.reduce((sum, x) => sum + x * x, 0));
  return graph.constant(Float32Array.from(vector, (x) => (x / norm) * coefficient));
}

/**
 * MSE(h, c u) on the forget set plus retain_coeff MSE(h, h_ref) on the retain set, at answer
 * tokens.
 */
export const rmu: Loss<'rmu'> = {
  loss: (graph, step, { layer, steering_coeff: coefficient }) => {
    const states = step.target.hiddenState(layer);
    return step.target.answerMean(
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
};
