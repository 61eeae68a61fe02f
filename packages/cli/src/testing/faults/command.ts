/**
 * `npm run faults`: full disks, refused and broken reads and writes, folders that go, clocks that go back and kills, under every verb
 * that writes.
 *
 * `-- --scenario TEXT --each N --seed S --parallel P --report FILE`.
 */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { openFaultBench, type TrialResult } from './faults.ts';
import { SCENARIOS } from './scenarios.ts';
import { trialName, trialsOf } from './trials.ts';

const { values } = parseArgs({
  options: {
    scenario: { type: 'string', default: '' },
    each: { type: 'string', default: '3' },
    seed: { type: 'string', default: '1' },
    parallel: { type: 'string', default: '2' },
    report: { type: 'string' },
  },
});

const start = performance.now();
const bench = await openFaultBench();
const results: TrialResult[] = [];
const blocked: string[] = [];
try {
  for (const scenario of SCENARIOS.filter(({ name }) => name.includes(values.scenario))) {
    const prepared = await bench.prepare(scenario).catch((error: unknown) => {
      blocked.push(`${scenario.name}: ${error instanceof Error ? error.message : String(error)}`);
      return null;
    });
    if (!prepared) continue;
    const trials = trialsOf(scenario, prepared.counts, Number(values.seed), Number(values.each));
    const waiting = trials.filter(({ type }) => bench.canFill || type !== 'full-disk');
    console.error(`${scenario.name}: ${JSON.stringify(prepared.counts)}, ${waiting.length} faults`);
    const work = async (): Promise<void> => {
      for (let trial = waiting.shift(); trial !== undefined; trial = waiting.shift()) {
        const result = await prepared.run(trial);
        results.push(result);
        for (const { kind, detail } of result.violations)
          console.error(
            `  ${kind}: ${trialName(trial)} (${result.injected[0] ?? ''})\n    ${detail.replaceAll('\n', '\n    ')}`,
          );
      }
    };
    await Promise.all(Array.from({ length: Number(values.parallel) }, work));
  }
} finally {
  await bench.close();
}

const bad = results.filter(({ violations }) => violations.length > 0);
const kinds = new Map<string, number>();
for (const { violations } of bad)
  for (const kind of new Set(violations.map((violation) => violation.kind)))
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
console.log(
  [
    `${results.length} faults in ${Math.round((performance.now() - start) / 1000)} s, of which ${results.filter(({ injected }) => injected.length > 0).length} came upon the line before its end; ${bad.length} with violations`,
    ...(bench.canFill ? [] : ['  no disk of this system can be filled: ENOSPC as injected alone']),
    ...[...kinds].map(([kind, count]) => `  ${kind}: ${count}`),
    ...blocked.map((reason) => `  not tried: ${reason}`),
  ].join('\n'),
);
if (values.report !== undefined)
  await writeFile(
    values.report,
    JSON.stringify(
      results.map(({ scenario, trial, ...rest }) => ({
        scenario: scenario.name,
        line: scenario.line,
        trial: trialName(trial),
        ...rest,
      })),
      null,
      1,
    ),
  );
process.exitCode = bad.length > 0 || blocked.length > 0 ? 1 : 0;
