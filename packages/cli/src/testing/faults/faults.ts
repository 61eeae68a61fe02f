/** Lets the system fail under every verb that writes, and looks at what is left, and at what the same line makes of it then. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildAll } from '../../../../../scripts/build.mjs';
import { type Ended, endProcesses, runProgram } from '../run-program.ts';
import { copyTemplate, makeTemplate, places, sandboxEnvironment, snapshotOf } from '../sandbox.ts';
import { isTemporaryPath } from '../temporary-paths.ts';
import { hasFullDisk, pagesNeeded, runOnFullDisk } from './full-disk.ts';
import type { FaultPlan } from './plan.ts';
import { planEnvironment, readRecords, totalCounts, writePreload } from './preload.ts';
import { type Result, type ResultState, resultOf, stateOf } from './result-state.ts';
import type { Scenario } from './scenarios.ts';
import { type Counts, isKill, type Trial } from './trials.ts';

interface Violation {
  readonly kind: string;
  readonly detail: string;
}

export interface TrialResult {
  readonly scenario: Scenario;
  readonly trial: Trial;
  /** The calls that went wrong; empty where the line came to its end before. */
  readonly injected: readonly string[];
  readonly violations: readonly Violation[];
}

export interface PreparedScenario {
  /** How often the line calls the disk, by what the calls do. */
  readonly counts: Counts;
  run(trial: Trial): Promise<TrialResult>;
}

export interface FaultBench {
  /** Whether a disk can be had that is really full. */
  readonly canFill: boolean;
  /** Runs a line without a fault. @throws Error where even so it does not do its work. */
  prepare(scenario: Scenario): Promise<PreparedScenario>;
  /** How often a line calls the disk below the folder that it runs in. */
  count(line: string): Promise<Counts>;
  close(): Promise<void>;
}

interface Setting {
  readonly folder: string;
  readonly preload: string;
  /** A folder that nobody has used. */
  newRoot(): string;
}

const LIMIT_MS = 240_000;

const copyOf = async (setting: Setting, from: string): Promise<string> => {
  const root = setting.newRoot();
  await copyTemplate(from, root);
  return root;
};

const run = (
  root: string,
  line: string,
  more: { env?: NodeJS.ProcessEnv; killAfterMs?: number } = {},
): Promise<Ended> =>
  runProgram(line.split(' '), {
    cwd: places(root).work,
    env: { ...sandboxEnvironment(root), ...more.env },
    limitMs: LIMIT_MS,
    killAfterMs: more.killAfterMs,
  });

const mustRun = async (root: string, line: string, env: NodeJS.ProcessEnv = {}): Promise<Ended> => {
  const ended = await run(root, line, { env });
  if (ended.code !== 0) throw new Error(`latent ${line} ended with ${ended.code ?? ended.signal}: ${ended.stderr}`);
  return ended;
};

const counted = async ({ preload }: Setting, root: string, line: string, below: string) => {
  const log = `${root}.log`;
  const env = planEnvironment(preload, { below, at: 0, fault: { type: 'kill' }, log });
  const { durationMs } = await mustRun(root, line, env);
  const counts = totalCounts(await readRecords(log));
  await rm(log, { force: true });
  return { counts, durationMs };
};

/** Temporary files below a sandbox. */
const temporariesIn = async (root: string): Promise<string[]> =>
  [...(await snapshotOf(root)).keys()].filter((path) => isTemporaryPath(path) || path.startsWith('tmp/'));

const LOCK = /(^|\/)\.lock-[^/]*$/;
const NOT_SAID =
  /internal: |This is a fault of Latent Plane|UnhandledPromiseRejection|node:internal|^\s+at .+:\d+:\d+/m;

/** What is wrong with how a line ended that a fault had come upon. */
const endViolations = ({ code, signal, stderr, interrupted, left }: Ended, killed: boolean): Violation[] => {
  const found: Violation[] = [];
  const said = stderr.trim().slice(-400);
  if (interrupted === 'too-slow') found.push({ kind: 'hangs', detail: said });
  if (!killed) {
    if (code === null || ![0, 1, 2].includes(code))
      found.push({ kind: 'exit-code', detail: `ended with ${code ?? signal}: ${said}` });
    else if (code !== 0 && !/^error: /m.test(stderr)) found.push({ kind: 'no-error-line', detail: said });
    if (left.length > 0) found.push({ kind: 'process-left', detail: `${left.length} processes` });
  }
  if (NOT_SAID.test(stderr)) found.push({ kind: 'internal-error', detail: said });
  if (/^error: system: /m.test(stderr)) found.push({ kind: 'raw-system-error', detail: said });
  return found;
};

/** What a scenario leaves without a fault, and what was there before it. */
interface Measure {
  readonly scenario: Scenario;
  readonly before: Result;
  readonly done: Result;
}

const stateIn = async (root: string, { scenario, before, done }: Measure, optional?: RegExp): Promise<ResultState> =>
  stateOf(await resultOf(places(root).work, scenario.outputs, root), before, done, optional);

/** What the system does not let be renamed can neither come into its place nor be given its place back. */
const barsRenaming = (trial: Trial): boolean =>
  trial.type === 'at-call' && trial.operation === 'rename' && trial.fault.type === 'error' && trial.fault.lasts;
const saysWhere = ({ stderr }: Ended): boolean => /what was there is whole in \S+\.old/.test(stderr);

/** Killed after the folder in the way was renamed and before the new one was: the next line gives it its name back. */
const isBetweenRenames = async (root: string, { outputs }: Scenario): Promise<boolean> => {
  const result = await resultOf(places(root).work, outputs, root);
  return result.size === 0 && (await temporariesIn(root)).some((path) => path.endsWith('.old'));
};

const isOf = (trial: Trial, type: 'remove-folder'): boolean => trial.type === 'at-call' && trial.fault.type === type;
/** Node looks at what it is to remove, so what may not be looked at stays as well. */
const barsRemoval = (trial: Trial): boolean =>
  trial.type === 'at-call' &&
  (trial.operation === 'remove' || (trial.operation === 'read' && trial.fault.type === 'error' && trial.fault.lasts));

/** What is wrong with what is left right after the fault. */
const leftViolations = async (
  root: string,
  ended: Ended,
  trial: Trial,
  { is, other, broken }: ResultState,
  scenario: Scenario,
) => {
  const found: Violation[] = [];
  const isFolderGone = isOf(trial, 'remove-folder');
  const wrong = scenario.resumable ? broken : other;
  if (wrong.length > 0) found.push({ kind: 'half-a-file', detail: wrong.join(', ') });
  const isLeftAside = barsRenaming(trial)
    ? saysWhere(ended)
    : isKill(trial) && (await isBetweenRenames(root, scenario));
  if (is === 'between' && !scenario.resumable && !isFolderGone && !isLeftAside)
    found.push({ kind: 'half-a-result', detail: `ended with ${ended.code ?? ended.signal}` });
  if (ended.code === 0 && is !== 'done' && !isFolderGone)
    found.push({ kind: 'false-success', detail: ended.stderr.trim().slice(-300) });
  // What is killed, or may not remove, cannot clear up after itself; a lock names its process, and the next clears it.
  const temporaries =
    isKill(trial) || barsRemoval(trial) || isLeftAside
      ? []
      : (await temporariesIn(root)).filter((path) => !LOCK.test(path));
  if (temporaries.length > 0) found.push({ kind: 'temporary-left', detail: temporaries.slice(0, 3).join(', ') });
  return found;
};

/** What resumes a run refuses where there is none yet; then the line itself is to do. */
const doAgain = async (root: string, { line, again }: Scenario, is: ResultState['is']): Promise<Ended> => {
  if (again === undefined || is === 'before') return run(root, line);
  const ended = await run(root, again);
  return ended.code === 0 ? ended : run(root, line);
};

/** What is wrong with what the same line makes of it, with nothing in its way. */
const nextViolations = async (
  root: string,
  measure: Measure,
  trial: Trial,
  is: ResultState['is'],
): Promise<Violation[]> => {
  const next = await doAgain(root, measure.scenario, is);
  if (measure.scenario.needsOutputs && isOf(trial, 'remove-folder') && next.code === 2 && /^error: /m.test(next.stderr))
    return [];
  // Where all was done the next line has nothing to do, and makes up for nothing that may be missing.
  const after = await stateIn(root, measure, is === 'done' ? measure.scenario.optional : undefined);
  const found: Violation[] = [];
  if (next.code !== 0 && is !== 'done')
    found.push({ kind: 'bars-the-next', detail: `${is}, then ${next.code}: ${next.stderr.trim().slice(-300)}` });
  else if (after.is !== 'done')
    found.push({ kind: 'next-not-whole', detail: `${is}, then ${after.is}: ${after.other.slice(0, 3).join(', ')}` });
  // The lock of a process that is no more bars nobody; who has nothing to write does not look for it.
  const left = (await temporariesIn(root)).filter((path) => is !== 'done' || !LOCK.test(path));
  if (left.length > 0) found.push({ kind: 'temporary-left-by-the-next', detail: left.slice(0, 3).join(', ') });
  return found;
};

interface Ready extends Measure {
  readonly setting: Setting;
  readonly start: string;
  readonly durationMs: number;
  /** On a disk: of the sandbox, and of what the line writes. */
  readonly pages: { readonly start: number; readonly written: number };
}

/** Runs the line with its fault in a sandbox. */
const runTrial = async (root: string, trial: Trial, { setting, scenario, start, durationMs, pages }: Ready) => {
  const { line } = scenario;
  if (trial.type === 'full-disk') {
    await mkdir(root);
    const available = pages.start + Math.floor(trial.share * pages.written);
    const ended = await runOnFullDisk({ root, start, pages: available, limitMs: LIMIT_MS }, line);
    return { ended, injected: ended.code === 0 ? [] : [`${available} pages`] };
  }
  await copyTemplate(start, root);
  if (trial.type === 'kill-after') {
    const ended = await run(root, line, { killAfterMs: trial.share * durationMs });
    return { ended, injected: ended.signal === 'SIGKILL' ? ['the process'] : [] };
  }
  const { operation, at } = trial;
  const fault =
    trial.fault.type === 'remove-folder'
      ? { ...trial.fault, folder: join(places(root).work, trial.fault.folder) }
      : trial.fault;
  const log = `${root}.log`;
  const plan: FaultPlan = { below: root, operation, at, fault, log };
  const ended = await run(root, line, { env: planEnvironment(setting.preload, plan) });
  const calls = (await readRecords(log)).flatMap((record) => record.injected);
  await rm(log, { force: true });
  return { ended, injected: calls.map((call) => call.replaceAll(root, '')) };
};

const tryOut = async (trial: Trial, ready: Ready): Promise<TrialResult> => {
  const { setting, scenario } = ready;
  const root = setting.newRoot();
  try {
    const { ended, injected } = await runTrial(root, trial, ready);
    // A machine that goes down takes the workers of a sweep with it.
    await endProcesses(ended.left, isKill(trial) ? 'SIGKILL' : 'SIGTERM');
    const state = await stateIn(root, ready, scenario.optional);
    const violations = [
      ...endViolations(ended, isKill(trial)),
      ...(await leftViolations(root, ended, trial, state, scenario)),
      ...(await nextViolations(root, ready, trial, state.is)),
    ];
    return { scenario, trial, injected, violations };
  } finally {
    await rm(root, { recursive: true, force: true });
  }
};

const prepare = async (setting: Setting, template: string, scenario: Scenario): Promise<PreparedScenario> => {
  const start = await copyOf(setting, template);
  for (const line of scenario.before ?? []) await mustRun(start, line);
  const results = (root: string): Promise<Result> => resultOf(places(root).work, scenario.outputs, root);
  const before = await results(start);
  const whole = await copyOf(setting, start);
  const { counts, durationMs } = await counted(setting, whole, scenario.line, whole);
  const done = await results(whole);
  const pages = await pagesNeeded(start, whole);
  await rm(whole, { recursive: true, force: true });
  const ready: Ready = { setting, scenario, start, before, done, durationMs, pages };
  return { counts, run: (trial) => tryOut(trial, ready) };
};

export const openFaultBench = async (): Promise<FaultBench> => {
  await buildAll();
  const folder = await mkdtemp(join(tmpdir(), 'latent-plane-faults-'));
  const template = join(folder, 'template');
  const [preload] = await Promise.all([writePreload(folder), makeTemplate(template)]);
  let number = 0;
  // Paths of one length: they stand in files whose size is compared.
  const newRoot = (): string => join(folder, `sandbox-${String(number++).padStart(6, '0')}`);
  const setting: Setting = { folder, preload, newRoot };
  return {
    canFill: hasFullDisk(),
    prepare: (scenario) => prepare(setting, template, scenario),
    count: async (line) => {
      const root = await copyOf(setting, template);
      const { counts } = await counted(setting, root, line, places(root).work);
      await rm(root, { recursive: true, force: true });
      return counts;
    },
    close: () => rm(folder, { recursive: true, force: true }),
  };
};
