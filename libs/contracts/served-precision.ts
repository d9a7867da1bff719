/** Numbers that the matrices of a served base model are kept in. */
export const servedPrecisions = ['float32', 'int8', 'int4'] as const;
/**
 * `int8`, `int4`: integers of so many bits in blocks of 32, each with a scale; embeddings and head
 * have 8 in both. Norms, biases and adapters stay float32.
 */
export type ServedPrecision = (typeof servedPrecisions)[number];
