// Exit codes of the `lethe` command, for scripts.

export const exitCodes = {
  ok: 0,
  /** Anything not named below. */
  failed: 1,
  /** Wrong usage, bad input, an unknown file, job or model. */
  usage: 2,
  /** The platform is not running or not ready. */
  unavailable: 3,
  /** The job ended as failed or cancelled. */
  job: 4,
} as const;
