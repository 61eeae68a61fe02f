/**
 * `npm run fuzz`: random command lines against the built program.
 *
 * `-- --lines N --from I --seed S --only I --verb V --parallel P --report FILE`; the same seed gives the same lines.
 */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { createProgram } from '../../main.ts';
import { commandLine, shown } from './command-line.ts';
import { fuzz, type LineResult } from './fuzz.ts';
import { verbsOf } from './program-shape.ts';

const { values } = parseArgs({
  options: {
    lines: { type: 'string', default: '2000' },
    from: { type: 'string', default: '0' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string', multiple: true },
    verb: { type: 'string' },
    parallel: { type: 'string', default: '2' },
    report: { type: 'string' },
  },
});

const verbs = verbsOf(await createProgram());
const isAsked = (index: number): boolean =>
  values.verb === undefined || commandLine(Number(values.seed), index, verbs).verb === values.verb;
const indices =
  values.only?.map(Number) ??
  Array.from({ length: Number(values.lines) }, (_, i) => Number(values.from) + i).filter(isAsked);
const SHOWN = 5;

const describe = ({ line, ended, violations }: LineResult) => ({
  index: line.index,
  intent: line.intent,
  line: shown(line),
  words: line.words,
  code: ended.code,
  signal: ended.signal,
  seconds: Math.round(ended.durationMs / 100) / 10,
  violations,
  stderr: ended.stderr.slice(-500),
});

const summary = (results: readonly LineResult[], seconds: number): string => {
  const share = (count: number): string => `${count} (${((100 * count) / results.length).toFixed(1)}%)`;
  const count = (test: (result: LineResult) => boolean): string => share(results.filter(test).length);
  const codes = [0, 1, 2, 130].map(
    (code) =>
      `${code}: ${results.filter(({ ended }) => (ended.signal === 'SIGINT' ? 130 : ended.code) === code).length}`,
  );
  const byKind = new Map<string, LineResult[]>();
  for (const result of results)
    for (const kind of new Set(result.violations.map((violation) => violation.kind)))
      byKind.set(kind, [...(byKind.get(kind) ?? []), result]);
  return [
    `${results.length} lines in ${Math.round(seconds)} s; meant to be valid ${count(({ line }) => line.intent === 'valid')}, ended with 0 ${count(({ ended }) => ended.code === 0)}`,
    `exit codes ${codes.join(', ')}; interrupted because slow ${results.filter(({ ended }) => ended.interrupted === 'too-slow').length}`,
    `lines with violations: ${count(({ violations }) => violations.length > 0)}`,
    ...[...byKind].flatMap(([kind, found]) => [
      `${kind}: ${found.length}`,
      ...found.slice(0, SHOWN).map((result) => {
        const detail = result.violations.find((violation) => violation.kind === kind)?.detail ?? '';
        return `  ${result.line.index}  ${shown(result.line)}\n        ${detail.replaceAll('\n', '\n        ')}`;
      }),
    ]),
  ].join('\n');
};

const start = performance.now();
const results = await fuzz({
  seed: Number(values.seed),
  indices,
  parallel: Number(values.parallel),
  onLine: ({ line, violations }, done) => {
    for (const { kind, detail } of violations)
      console.error(`${line.index} ${kind}: ${shown(line)}\n  ${detail.slice(0, 300)}`);
    if (done % 100 === 0) console.error(`${done} of ${indices.length}`);
  },
});
console.log(summary(results, (performance.now() - start) / 1000));
if (values.report !== undefined) await writeFile(values.report, JSON.stringify(results.map(describe), null, 1));
process.exitCode = results.some(({ violations }) => violations.length > 0) ? 1 : 0;
