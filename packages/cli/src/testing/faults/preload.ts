/** Makes `inject.ts` what Node can preload into the program, and reads what it wrote down. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import ts from 'typescript';
import { packageFolder } from '../../places.ts';
import { type FaultPlan, type FaultRecord, OPERATIONS, PLAN_VARIABLE } from './plan.ts';
import type { Counts } from './trials.ts';

/** @returns the address of the module. */
export const writePreload = async (folder: string): Promise<string> => {
  const source = await readFile(join(packageFolder, 'src', 'testing', 'faults', 'inject.ts'), 'utf8');
  const { outputText } = ts.transpileModule(source, {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023 },
  });
  const path = join(folder, 'inject.mjs');
  await writeFile(path, outputText);
  return pathToFileURL(path).href;
};

export const planEnvironment = (preload: string, plan: FaultPlan): NodeJS.ProcessEnv => ({
  NODE_OPTIONS: `--import=${preload}`,
  [PLAN_VARIABLE]: JSON.stringify(plan),
});

/** Of each process and thread that the plan came to; none where no log was written. */
export const readRecords = async (path: string): Promise<FaultRecord[]> => {
  const text = await readFile(path, 'utf8').catch(() => '');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line): FaultRecord => JSON.parse(line));
};

export const totalCounts = (records: readonly FaultRecord[]): Counts => {
  const total = { read: 0, write: 0, rename: 0, remove: 0 };
  for (const { counts } of records) for (const operation of OPERATIONS) total[operation] += counts[operation];
  return total;
};
