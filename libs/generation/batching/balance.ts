// Whether answers or scores are next: while both wait, each has half of the time, and answers wait for
// no more than one pass of scores.

type Kind = 'answers' | 'scores';

export class Balance {
  /** What answers have coming after the last pass of scores, in ms. */
  private owed = 0;

  /** What nobody waits for has no turn. */
  next(waiting: Readonly<Record<Kind, boolean>>): Kind {
    if (!waiting.scores) return 'answers';
    return waiting.answers && this.owed > 0 ? 'answers' : 'scores';
  }

  /** @param ms that it has run. */
  add(kind: Kind, ms: number): void {
    this.owed = kind === 'scores' ? ms : this.owed - ms;
  }

  async timed(kind: Kind, work: () => Promise<void>): Promise<void> {
    const start = performance.now();
    await work();
    this.add(kind, performance.now() - start);
  }
}
