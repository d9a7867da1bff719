// How many files and connections this process may have open at once.

/** What a service has open itself: the embedded database, logs, Redis, artifacts on their way. */
const OWN_FILES = 512;

/** The limit (ulimit -n), which Node raises as far as it may; infinite where there is none. */
export function openFileLimit(): number {
  // A report looks up the names of all addresses that the process is connected to.
  Object.assign(process.report, { excludeNetwork: true });
  const { userLimits } = process.report.getReport() as Report;
  const limit = userLimits?.open_files.soft;
  return typeof limit === 'number' ? limit : Infinity;
}

/** Absent on Windows. */
interface Report {
  readonly userLimits?: { readonly open_files: { readonly soft: number | 'unlimited' } };
}

/** As many connections as wanted, or as may be open beside a service's own files. */
export function connectionsWithin(wanted: number, limit = openFileLimit()): number {
  return Math.min(wanted, Math.max(1, limit - OWN_FILES));
}

/** @returns how to raise a limit that is of no use; undefined for any other. */
export function openFilesProblem(limit = openFileLimit()): string | undefined {
  if (limit >= 2 * OWN_FILES) return undefined;
  return `at most ${limit} files may be open at once, expected at least ${2 * OWN_FILES}: raise the limit (ulimit -n, LimitNOFILE of systemd, --ulimit nofile of Docker)`;
}
