// Tells from what is wrong with a statement that the database is not there for now.

/** A connection that could not be made, whatever the reason, */
const connecting = new Set(['connect', 'getaddrinfo']);
/** or has ended. The first ones also sum up tries at several addresses, which name no call. */
const ended = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ETIMEDOUT',
  'ECONNRESET',
  'EPIPE',
]);

/**
 * SQLSTATEs: a lost connection (class 08), no resources (53), a server that stops, starts or cuts
 * off (57P), a failing disk (58), a standby after a switch-over (25006), a gateway that stood still
 * within a transaction (25P03).
 */
const state = /^(08...|53...|57P..|58...|25006|25P03)$/;

/** The driver's own, which have no code. */
const sentence =
  /^(Connection terminated|timeout exceeded when trying to connect|timeout expired|Client has encountered a connection error|Client was closed)/;

/** Whether the same call may succeed later. What it began in a transaction was undone. */
export function isAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code = '', syscall = '' } = error as NodeJS.ErrnoException;
  return (
    connecting.has(syscall) ||
    ended.has(code) ||
    state.test(code) ||
    sentence.test(error.message) ||
    isAway(error.cause)
  );
}
