// Masks that let a step change only some of the parameters, chosen anew from the gradients of every
// step: SURE and MemFlex.
import { z } from 'zod';
import type { TensorData } from '#models/types.js';
import { ObjectiveError } from '../errors/objective.error.js';

/** Both are baselines of ReLearn's. */
const maskSchema = z.discriminatedUnion('type', [
  z
    .strictObject({ type: z.literal('sure'), percentile: z.number().min(0).max(100).default(99) })
    .describe(
      'rows ("neurons") of all matrices whose forget gradient\'s norm reaches this percentile of all rows (arXiv 2410.16454)',
    ),
  z
    .strictObject({
      type: z.literal('memflex'),
      max_cosine: z.number().min(-1).max(1).default(0.92),
      min_gradient: z.number().min(0).max(1e6).default(6e-4),
    })
    .describe(
      'tensors whose forget and retain gradients point apart, cosine below max_cosine, and whose mean absolute forget gradient exceeds min_gradient (arXiv 2407.01920)',
    ),
]);
export type Mask = z.infer<typeof maskSchema>;
export type MaskChoice = string | { readonly type: string; readonly [option: string]: unknown };

export const maskDocument = z.toJSONSchema(maskSchema, { io: 'input' });
const names = maskSchema.options.map((option) => option.shape.type.value);

/** Each with what a step may change by it, and its options as JSON Schema. */
export const maskCatalog = maskSchema.options.map(
  ({ shape: { type, ...options }, description }) => ({
    name: type.value,
    summary: description!,
    options: z.toJSONSchema(z.strictObject(options), { io: 'input' }).properties as Record<
      string,
      { default?: unknown }
    >,
  }),
);

/** @throws ObjectiveError for a mask that does not exist, or an option that it does not take. */
export function chooseMask(choice: MaskChoice): Mask {
  const parsed = maskSchema.safeParse(typeof choice === 'string' ? { type: choice } : choice);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  if (issue.path[0] === 'type')
    throw new ObjectiveError(
      typeof choice === 'string' ? [] : ['type'],
      `expected one of ${names.join(', ')}`,
    );
  throw new ObjectiveError(
    issue.code === 'unrecognized_keys' ? [issue.keys[0]!] : issue.path,
    issue.message,
  );
}

type Gradients = ReadonlyMap<string, TensorData>;

const norm = (x: Float32Array): number =>
  Math.sqrt(x.reduce((sum, value) => sum + value * value, 0));

/**
 * The value below which `percentile` percent of the sorted ones lie, interpolated linearly as numpy
 * does.
 */
function percentileOf(sorted: Float64Array, percentile: number): number {
  const at = (percentile / 100) * (sorted.length - 1);
  const below = Math.floor(at);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below]! + (at - below) * (sorted[above]! - sorted[below]!);
}

/** Rows of a tensor, along its first dimension; a vector's rows are its elements. */
const rowsOf = ({ dims, data }: TensorData): Float32Array[] => {
  const size = data.length / dims[0]!;
  return Array.from({ length: dims[0]! }, (_, i) => data.subarray(i * size, (i + 1) * size));
};

function sure(step: Gradients, forget: Gradients, percentile: number): void {
  const norms = new Map([...forget].map(([name, tensor]) => [name, rowsOf(tensor).map(norm)]));
  const threshold = percentileOf(
    Float64Array.from([...norms.values()].flat()).toSorted(),
    percentile,
  );
  for (const [name, tensor] of step)
    for (const [i, row] of rowsOf(tensor).entries())
      if (norms.get(name)![i]! < threshold) row.fill(0);
}

function memflex(
  step: Gradients,
  forget: Gradients,
  retain: Gradients,
  { max_cosine: maxCosine, min_gradient: minGradient }: Extract<Mask, { type: 'memflex' }>,
): void {
  for (const [name, tensor] of step) {
    const [f, r] = [forget.get(name)!.data, retain.get(name)!.data];
    const lengths = norm(f) * norm(r);
    const cosine =
      lengths === 0 ? 0 : f.reduce((sum, value, i) => sum + value * r[i]!, 0) / lengths;
    const size = f.reduce((sum, value) => sum + Math.abs(value), 0) / f.length;
    if (!(cosine < maxCosine && size > minGradient)) tensor.data.fill(0);
  }
}

/**
 * Sets the masked part of a step's gradients to zero, in place.
 * @param step gradients of the whole loss; forget and retain: those of the two sides' losses,
 * unweighted. By tensor name.
 */
export function maskGradients(
  mask: Mask,
  step: Gradients,
  forget: Gradients,
  retain: Gradients,
): void {
  if (mask.type === 'sure') sure(step, forget, mask.percentile);
  else memflex(step, forget, retain, mask);
}
