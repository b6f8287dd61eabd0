// What is shown of a run of tests. Knows nothing of the editor.

export interface TestRun {
  ok: boolean;
  error?: string;
  passed?: number;
  failed?: number;
  tests?: { title: string; passed: boolean; milliseconds: number; mismatches?: { expected: string; got: string }[] }[];
}

/** One line for a message. */
export function summary(run: TestRun): string {
  if (run.error) return `Remit: ${run.error}`;
  const passed = run.passed ?? 0, failed = run.failed ?? 0;
  if (failed === 0) return `Remit: ${passed} ${passed === 1 ? "test passes" : "tests pass"}`;
  return `Remit: ${failed} of ${passed + failed} tests ${failed === 1 ? "fails" : "fail"}`;
}

/** All of it, for an output channel. */
export function details(run: TestRun): string[] {
  const lines: string[] = [];
  for (const test of run.tests ?? []) {
    lines.push(`${test.passed ? "passed" : "FAILED"}  ${test.title}`);
    for (const m of test.mismatches ?? []) lines.push(`        expected ${m.expected}`, `        got      ${m.got}`);
  }
  lines.push(summary(run));
  return lines;
}
