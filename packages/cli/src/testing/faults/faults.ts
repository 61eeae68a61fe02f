/** Lets the system fail under every verb that writes, and looks at what is left, and at what the same line makes of it then. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import ts from 'typescript';
import { buildAll } from '../../../../../scripts/build.mjs';
import { Dice } from '../../data/testing.ts';
import { packageFolder } from '../../places.ts';
import { type Ended, endProcesses, runProgram } from '../run-program.ts';
import { copyTemplate, makeTemplate, places, sandboxEnvironment, snapshotOf } from '../sandbox.ts';
import {
  type Fault,
  type FaultCode,
  type FaultPlan,
  type FaultRecord,
  OPERATIONS,
  type Operation,
  PLAN_VARIABLE,
} from './plan.ts';
import { type Result, resultOf, stateOf, TEMPORARY } from './result-state.ts';
import type { Scenario } from './scenarios.ts';

/** A fault, and when: at a call to the disk, or after a part of the time that the line takes. */
export interface Trial {
  readonly fault: Fault;
  readonly operation?: Operation;
  readonly at: number;
  /** Of the line's own duration; SIGKILL comes from outside then. */
  readonly after?: number;
}

export interface TrialResult {
  readonly scenario: Scenario;
  readonly trial: Trial;
  readonly injected: readonly string[];
  readonly violations: readonly { readonly kind: string; readonly detail: string }[];
}

export interface FaultBench {
  /** Runs a line without a fault: how often it calls the disk. */
  prepare(scenario: Scenario): Promise<PreparedScenario>;
  /** How often a line calls the disk, by what the calls do. */
  count(line: string): Promise<Readonly<Record<Operation, number>>>;
  close(): Promise<void>;
}

export interface PreparedScenario {
  readonly counts: Readonly<Record<Operation, number>>;
  run(trial: Trial): Promise<TrialResult>;
}

const LIMIT_MS = 240_000;
const KILLS = 20;

/** The preload is typed like everything else, and Node needs it as JavaScript. */
const writePreload = async (folder: string): Promise<string> => {
  const source = await readFile(join(packageFolder, 'src', 'testing', 'faults', 'inject.ts'), 'utf8');
  const { outputText } = ts.transpileModule(source, {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023 },
  });
  const path = join(folder, 'inject.mjs');
  await writeFile(path, outputText);
  return pathToFileURL(path).href;
};

const sum = (records: readonly FaultRecord[]): Record<Operation, number> => {
  const total = { read: 0, write: 0, rename: 0, remove: 0 };
  for (const { counts } of records) for (const operation of OPERATIONS) total[operation] += counts[operation];
  return total;
};

const readRecords = async (path: string): Promise<FaultRecord[]> => {
  const text = await readFile(path, 'utf8').catch(() => '');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line): FaultRecord => JSON.parse(line));
};

const NOT_SAID =
  /internal: |This is a fault of Latent Plane|UnhandledPromiseRejection|node:internal|^\s+at .+:\d+:\d+/m;

/** What is wrong with how a line ended that a fault had come upon. */
const endViolations = ({ code, signal, stderr, interrupted, left }: Ended, killed: boolean) => {
  const found: { kind: string; detail: string }[] = [];
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

/** Temporary files below a sandbox. */
const temporariesIn = async (root: string): Promise<string[]> =>
  [...(await snapshotOf(root)).keys()].filter((path) => TEMPORARY.test(path) || path.startsWith('tmp/'));

export const openFaultBench = async (): Promise<FaultBench> => {
  await buildAll();
  const folder = await mkdtemp(join(tmpdir(), 'latent-plane-faults-'));
  const template = join(folder, 'template');
  const [preload] = await Promise.all([writePreload(folder), makeTemplate(template)]);
  let number = 0;

  const sandbox = async (from: string): Promise<string> => {
    number += 1;
    const root = join(folder, `sandbox-${String(number).padStart(6, '0')}`);
    await copyTemplate(from, root);
    return root;
  };

  const runIn = async (root: string, line: string, plan?: FaultPlan, killAfterMs?: number): Promise<Ended> => {
    const env = sandboxEnvironment(root);
    const planned = plan ? { NODE_OPTIONS: `--import=${preload}`, [PLAN_VARIABLE]: JSON.stringify(plan) } : {};
    const ended = await runProgram(line.split(' '), {
      cwd: places(root).work,
      env: { ...env, ...planned },
      limitMs: LIMIT_MS,
      killAfterMs,
    });
    // A machine that goes down takes the workers of a sweep with it.
    if (killAfterMs !== undefined || plan?.fault.type === 'kill') await endProcesses(ended.left, 'SIGKILL');
    else await endProcesses(ended.left);
    return ended;
  };

  const counted = async (root: string, line: string) => {
    const log = `${root}.log`;
    const ended = await runIn(root, line, { below: root, at: 0, fault: { type: 'kill' }, log });
    if (ended.code !== 0) throw new Error(`latent ${line} ended with ${ended.code}: ${ended.stderr}`);
    return { counts: sum(await readRecords(log)), durationMs: ended.durationMs };
  };

  const prepare = async (scenario: Scenario): Promise<PreparedScenario> => {
    const start = await sandbox(template);
    for (const line of scenario.before ?? []) {
      const { code, stderr } = await runIn(start, line);
      if (code !== 0) throw new Error(`latent ${line} ended with ${code}: ${stderr}`);
    }
    const results = (root: string): Promise<Result> => resultOf(places(root).work, scenario.outputs, root);
    const before = await results(start);
    const whole = await sandbox(start);
    const { counts, durationMs } = await counted(whole, scenario.line);
    const done = await results(whole);
    await rm(whole, { recursive: true, force: true });

    /** What goes on with a run refuses where there is none yet; then the line itself is to do. */
    const doAgain = async (root: string, is: 'before' | 'done' | 'between'): Promise<Ended> => {
      if (scenario.again === undefined || is === 'before') return runIn(root, scenario.line);
      const ended = await runIn(root, scenario.again);
      return ended.code === 0 ? ended : runIn(root, scenario.line);
    };

    const judge = async (root: string, ended: Ended, trial: Trial): Promise<TrialResult['violations']> => {
      const killed = trial.fault.type === 'kill';
      const found = endViolations(ended, killed);
      const { is, other, broken } = stateOf(await results(root), before, done, scenario.optional);
      const isFolderGone = trial.fault.type === 'remove-folder';
      const wrong = scenario.resumable ? broken : other;
      if (wrong.length > 0) found.push({ kind: 'half-a-file', detail: wrong.join(', ') });
      if (is === 'between' && !scenario.resumable && !isFolderGone)
        found.push({ kind: 'half-a-result', detail: `ended with ${ended.code ?? ended.signal}` });
      if (ended.code === 0 && is !== 'done' && !isFolderGone)
        found.push({ kind: 'false-success', detail: ended.stderr.trim().slice(-300) });
      const temporaries = killed || trial.operation === 'remove' ? [] : await temporariesIn(root);
      if (temporaries.length > 0) found.push({ kind: 'temporary-left', detail: temporaries.slice(0, 3).join(', ') });
      // The same line again, with nothing in its way.
      const next = await doAgain(root, is);
      const after = stateOf(await results(root), before, done);
      if (next.code !== 0 && is !== 'done')
        found.push({ kind: 'bars-the-next', detail: `${is}, then ${next.code}: ${next.stderr.trim().slice(-300)}` });
      else if (after.is !== 'done')
        found.push({
          kind: 'next-not-whole',
          detail: `${is}, then ${after.is}: ${after.other.slice(0, 3).join(', ')}`,
        });
      const left = await temporariesIn(root);
      if (left.length > 0) found.push({ kind: 'temporary-left-by-the-next', detail: left.slice(0, 3).join(', ') });
      return found;
    };

    return {
      counts,
      run: async (trial) => {
        const root = await sandbox(start);
        const log = `${root}.log`;
        try {
          const { fault, operation, at, after } = trial;
          const at_ =
            fault.type === 'remove-folder' ? { ...fault, folder: join(places(root).work, fault.folder) } : fault;
          const ended =
            after === undefined
              ? await runIn(root, scenario.line, { below: root, operation, at, fault: at_, log })
              : await runIn(root, scenario.line, undefined, after * durationMs);
          const injected = (await readRecords(log)).flatMap((record) => record.injected);
          const shown = injected.map((call) => call.replaceAll(root, ''));
          return { scenario, trial, injected: shown, violations: await judge(root, ended, trial) };
        } finally {
          await rm(root, { recursive: true, force: true });
          await rm(log, { force: true });
        }
      },
    };
  };

  return {
    prepare,
    count: async (line) => {
      const root = await sandbox(template);
      const { counts } = await counted(root, line);
      await rm(root, { recursive: true, force: true });
      return counts;
    },
    close: () => rm(folder, { recursive: true, force: true }),
  };
};

const CODES: Readonly<Record<Operation, readonly FaultCode[]>> = {
  read: ['EACCES', 'EIO'],
  write: ['ENOSPC', 'EACCES', 'EIO'],
  rename: ['ENOSPC', 'EACCES', 'EIO'],
  remove: ['EACCES', 'EIO'],
};

/** Different numbers from 1 to `count`, drawn. */
const drawn = (dice: Dice, count: number, most: number): number[] => {
  const all = Array.from({ length: count }, (_, i) => i + 1);
  while (all.length > most) all.splice(dice.roll(all.length), 1);
  return all;
};

/**
 * Everything that is tried on a scenario.
 *
 * @param each - calls of a kind that each code comes upon; fewer where there are fewer.
 */
export const trialsOf = (
  { outputs }: Scenario,
  counts: Readonly<Record<Operation, number>>,
  seed: number,
  name: string,
  each = 3,
): readonly Trial[] => {
  const dice = new Dice(seed, `faults ${name}`, 0);
  const changes = counts.write + counts.rename + counts.remove;
  const errors = OPERATIONS.flatMap((operation) =>
    CODES[operation].flatMap((code) =>
      drawn(dice, counts[operation], each).map((at): Trial => {
        // A full disk stays full.
        const lasts = code === 'ENOSPC' || dice.roll(3) === 0;
        return { operation, at, fault: { type: 'error', code, lasts } };
      }),
    ),
  );
  const gone = outputs.flatMap((folder) =>
    drawn(dice, changes, each).map((at): Trial => ({ at, fault: { type: 'remove-folder', folder } })),
  );
  const late = drawn(dice, changes, each).map((at): Trial => ({ at, fault: { type: 'clock-back' } }));
  const kills = Array.from(
    { length: changes === 0 ? 0 : KILLS },
    (_, i): Trial =>
      i % 2 === 0
        ? { at: 1 + dice.roll(changes), fault: { type: 'kill' } }
        : { at: 0, after: dice.roll(1000) / 1000, fault: { type: 'kill' } },
  );
  return [...errors, ...gone, ...late, ...kills];
};

/** `EIO at rename 2`. */
export const trialName = ({ fault, operation = 'write', at, after }: Trial): string => {
  if (after !== undefined) return `SIGKILL after ${Math.round(after * 100)} % of the time`;
  switch (fault.type) {
    case 'error':
      return `${fault.code} at ${operation} ${at}${fault.lasts ? ' and all after it' : ''}`;
    case 'kill':
      return `SIGKILL at change ${at}`;
    case 'remove-folder':
      return `${fault.folder} removed at change ${at}`;
    case 'clock-back':
      return `clock set back at change ${at}`;
  }
};
