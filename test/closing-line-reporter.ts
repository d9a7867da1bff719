// Test reporter: one line at the end with the counts, for people and for .ci/run.

import type { Reporter, TestModule, TestRunEndReason } from 'vitest/node';

export default class ClosingLineReporter implements Reporter {
  /**
   * A file that cannot be loaded and an error outside any test count as failures: they must not
   * pass for silence.
   */
  onTestRunEnd(
    modules: readonly TestModule[],
    errors: readonly unknown[],
    reason: TestRunEndReason,
  ): void {
    const count = { passed: 0, failed: errors.length, skipped: 0, pending: 0 };
    for (const module of modules) {
      const tests = [...module.children.allTests()];
      for (const test of tests) count[test.result().state] += 1;
      const loaded =
        module.state() !== 'failed' || tests.some((test) => test.result().state === 'failed');
      if (!loaded) count.failed += 1;
    }
    if (reason === 'interrupted') count.failed += 1;
    const left = count.skipped + count.pending;
    process.stdout.write(
      `${count.passed} passed, ${count.failed} failed${left > 0 ? `, ${left} skipped` : ''}\n`,
    );
  }
}
