// How a training went on, from steps that are looked at again and again.

import { secondsBetween } from './until.js';

export class Course {
  /** The last one seen, and the furthest. */
  private step = 0;
  most = 0;
  /** Steps that were taken again after the worker was another's, at least. */
  again = 0;
  /** The longest time between two steps, in seconds. */
  pause = 0;
  private since: number | undefined;

  /** @param now in ms. */
  see(step: number, now: number): void {
    if (step === this.step) return;
    if (step < this.step) this.again = Math.max(this.again, this.most - step + 1);
    if (this.since !== undefined)
      this.pause = Math.max(this.pause, secondsBetween(this.since, now));
    this.step = step;
    this.most = Math.max(this.most, step);
    this.since = now;
  }
}
