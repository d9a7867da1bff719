/** Numbers that a frozen base model can compute with. */
export const precisions = ['float32', 'float16', 'int8'] as const;
/**
 * `float16`: halves in place of linear layers' weights and of what they are multiplied by. `int8`:
 * integers in place of most linear layers' weights and, in the forward pass, the head's; embeddings
 * and norms stay float32.
 */
export type Precision = (typeof precisions)[number];
