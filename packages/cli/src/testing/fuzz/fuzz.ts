/** Draws command lines, runs each in a sandbox of its own, and says what none of them may do and some did. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { buildAll } from '../../../../../scripts/build.mjs';
import { createProgram } from '../../main.ts';
import { zooFolder } from '../../places.ts';
import { type GuardedFolder, guardFolder } from '../guarded-folder.ts';
import { type Ended, endProcesses, runProgram } from '../run-program.ts';
import {
  changesBetween,
  copyTemplate,
  makeTemplate,
  places,
  type Snapshot,
  sandboxEnvironment,
  snapshotOf,
} from '../sandbox.ts';
import { type CommandLine, commandLine } from './command-line.ts';
import { verbsOf } from './program-shape.ts';
import { WORK } from './values.ts';
import { type Violation, violationsOf } from './violations.ts';

export interface FuzzOptions {
  readonly seed: number;
  /** Indices of the lines, in this order. */
  readonly indices: readonly number[];
  /** Lines at the same time. */
  readonly parallel: number;
  readonly onLine?: (result: LineResult, done: number) => void;
}

export interface LineResult {
  readonly line: CommandLine;
  readonly ended: Ended;
  readonly violations: readonly Violation[];
}

/** A valid line does little work, even on a busy machine; of others some ask for hours of it. */
const VALID_LIMIT_MS = 240_000;
/** Of the time that a small training takes here. */
const OTHER_LIMIT = { times: 6, leastMs: 8_000, mostMs: 60_000 };
/** What continues for ever, or as good as. */
const ENDLESS = /is open at|epoch [3-9]\d*\/|waiting for jobs/;

interface Stage {
  readonly folder: string;
  readonly template: string;
  readonly templateSnapshot: Snapshot;
  readonly zoo: GuardedFolder;
  /** For lines that are not valid. */
  readonly limitMs: number;
}

const openStage = async (): Promise<Stage> => {
  await buildAll();
  const folder = await mkdtemp(join(tmpdir(), 'latent-plane-lines-'));
  const template = join(folder, 'template');
  const { trainingMs } = await makeTemplate(template);
  const { times, leastMs, mostMs } = OTHER_LIMIT;
  const limitMs = Math.min(mostMs, Math.max(leastMs, times * trainingMs));
  const zoo = await guardFolder(zooFolder, join(folder, 'zoo'));
  return { folder, template, templateSnapshot: await snapshotOf(template), zoo, limitMs };
};

/** Workers of a sweep continue when who watches them leaves, and say so; they end when they are told. */
const endLeft = async (line: CommandLine, { left, stderr }: Ended): Promise<Violation[]> => {
  if (left.length === 0) return [];
  const expected = line.verb === 'sweep' && stderr.includes('the workers keep running');
  const stubborn = await endProcesses(left);
  if (expected && stubborn.length === 0) return [];
  return [
    { kind: 'process-left', detail: `${left.length} processes${stubborn.length > 0 ? ', which ignore SIGTERM' : ''}` },
  ];
};

const runLine = async (line: CommandLine, stage: Stage): Promise<LineResult> => {
  const { folder, template, templateSnapshot, zoo, limitMs } = stage;
  const root = join(folder, `line-${line.index}`);
  const { work } = places(root);
  await copyTemplate(template, root);
  try {
    const words = line.words.map((word) => word.replaceAll(WORK, work));
    const ended = await runProgram(words, {
      cwd: work,
      env: sandboxEnvironment(root),
      limitMs: line.intent === 'valid' ? VALID_LIMIT_MS : limitMs,
      stopAt: line.intent === 'valid' ? line.stopAt : ENDLESS,
    });
    const left = await endLeft(line, ended);
    const changes = changesBetween(templateSnapshot, await snapshotOf(root));
    const prefix = `${relative(root, work)}/`;
    const before = new Set(
      [...templateSnapshot.keys()].filter((path) => path.startsWith(prefix)).map((path) => path.slice(prefix.length)),
    );
    const touched = (await zoo.look()).map(
      ({ path, kind }): Violation => ({
        kind: 'zoo-touched',
        detail: `${kind}: models/${path} (by this line or one beside it)`,
      }),
    );
    const violations = violationsOf({ ...line, words }, ended, root, changes, before);
    return { line, ended, violations: [...violations, ...left, ...touched] };
  } finally {
    await rm(root, { recursive: true, force: true });
  }
};

/** @returns what came of each line, in the order of their indices. */
export const fuzz = async ({ seed, indices, parallel, onLine }: FuzzOptions): Promise<readonly LineResult[]> => {
  const verbs = verbsOf(await createProgram());
  const lines = indices.map((index) => commandLine(seed, index, verbs));
  const stage = await openStage();
  const results: LineResult[] = [];
  const waiting = [...lines];
  const work = async (): Promise<void> => {
    for (let line = waiting.shift(); line !== undefined; line = waiting.shift()) {
      const result = await runLine(line, stage);
      results.push(result);
      onLine?.(result, results.length);
    }
  };
  try {
    await Promise.all(Array.from({ length: parallel }, work));
  } finally {
    await rm(stage.folder, { recursive: true, force: true });
  }
  return results.sort((a, b) => a.line.index - b.line.index);
};
