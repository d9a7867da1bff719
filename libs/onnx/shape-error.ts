// Raised where operands of a node do not fit each other.

export class ShapeError extends Error {
  override readonly name = 'ShapeError';
}
