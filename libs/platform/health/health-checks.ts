// What must work for this process to be of use; asked by /readyz.

export type Check = () => Promise<void>;

/** Longest that one check may take, in ms. */
const LIMIT = 2500;

export class HealthChecks {
  private readonly checks = new Map<string, Check>();
  private readonly reports = new Map<string, () => Promise<string>>();
  private leaving = false;

  /** The check rejects while the thing named is not usable. */
  add(name: string, check: Check): void {
    this.checks.set(name, check);
  }

  /** What is told beside the checks, 'ok' or not, and keeps nothing from being ready. */
  tell(name: string, report: () => Promise<string>): void {
    this.reports.set(name, report);
  }

  /** From now on not ready, so that no new work is sent here; for shutdown. */
  leave(): void {
    this.leaving = true;
  }

  /** 'ok' or what is wrong, by name. */
  async run(): Promise<{ ready: boolean; checks: Record<string, string> }> {
    const [results, told] = await Promise.all([verdicts(this.checks), verdicts(this.reports)]);
    const ready = !this.leaving && results.every(([, result]) => result === 'ok');
    return {
      ready,
      checks: {
        ...Object.fromEntries([...results, ...told]),
        ...(this.leaving ? { process: 'shutting down' } : {}),
      },
    };
  }
}

const verdicts = (checks: ReadonlyMap<string, () => Promise<string | void>>) =>
  Promise.all([...checks].map(async ([name, check]) => [name, await verdict(check)] as const));

async function verdict(check: () => Promise<string | void>): Promise<string> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(resolve, LIMIT, `no answer within ${LIMIT} ms`);
  });
  const done = check().then(
    (words) => words ?? 'ok',
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  const result = await Promise.race([done, late]);
  clearTimeout(timer);
  return result;
}
