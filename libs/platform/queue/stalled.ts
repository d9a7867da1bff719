// Jobs whose workers die or stand still again and again.

/**
 * Takeovers of a job from workers that were gone. A worker that is told to stop gives its jobs back
 * and costs none; a job that takes its workers down with it must end.
 */
export const MAX_TAKEOVERS = 5;

/** The queue's own words for a job that has had them. */
const stalled = /stalled more than allowable limit/;

/** A failed job's reason in public words. */
export const publicReason = (reason: string): string =>
  stalled.test(reason)
    ? `it was given up: the workers that ran it died or stood still ${MAX_TAKEOVERS + 1} times`
    : reason;
