// Work that must end before anything of the process closes: it still uses what there is.

/** @param ms it may take. */
export type Stop = (ms: number) => Promise<void>;

export class Drain {
  private readonly stops: Stop[] = [];

  add(stop: Stop): void {
    this.stops.push(stop);
  }

  async run(ms: number): Promise<void> {
    await Promise.all(this.stops.map((stop) => stop(ms)));
  }
}
