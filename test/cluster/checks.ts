// What was promised and what was seen.

export interface Check {
  readonly scenario: string;
  readonly what: string;
  readonly seen: string;
  /** Absent: a figure, which promises nothing. */
  readonly holds?: boolean;
}

export class Checks {
  readonly all: Check[] = [];
  private scenario = '';

  begin(scenario: string): void {
    this.scenario = scenario;
  }

  expect(what: string, seen: unknown, holds: boolean): void {
    this.add({ what, seen: String(seen), holds });
  }

  /** One line for each thing that must not be. */
  expectNone(what: string, found: readonly string[]): void {
    this.add({ what: `${what}: none`, seen: String(found.length), holds: found.length === 0 });
    for (const one of found.slice(0, 10)) console.error(`  ${what}: ${one}`);
  }

  figure(what: string, seen: string | number): void {
    this.add({ what, seen: String(seen) });
  }

  /** What could not be tried here: said aloud, and no failure. */
  skip(what: string, why: string): void {
    this.add({ what, seen: `SKIPPED: ${why}` });
  }

  private add(check: Omit<Check, 'scenario'>): void {
    const { what, seen, holds } = check;
    this.all.push({ scenario: this.scenario, ...check });
    const mark = holds === undefined ? '·' : holds ? '✓' : '✗';
    console.log(
      `${new Date().toISOString().slice(11, 19)} ${mark} ${this.scenario}: ${what}: ${seen}`,
    );
  }
}
