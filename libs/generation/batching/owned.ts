// A request and whose it is.

export interface Owned {
  readonly id: number;
  /** On whose behalf; owners are told apart by it alone. */
  readonly owner: string;
}
