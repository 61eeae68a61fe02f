/** What the project's own sweeps share: the command line, a sweep from its file, the scores of each of its runs. */
import { spawn } from 'node:child_process';
import { parseArgs } from 'node:util';
import * as v from 'valibot';
import { buildAll } from './build.mjs';
import { at, configSchema, figuresOf, type RunFigures } from './figures.ts';
import { root } from './setup.mjs';

/** A command that did not end well; 130 where it was interrupted. */
class CommandError extends Error {
  readonly code: number;

  constructor(message: string, code: number) {
    super(message);
    this.code = code;
  }
}

/** Runs `latent` in the project's folder; its standard output. @throws CommandError */
export const latent = (words: readonly string[]): Promise<string> =>
  new Promise((resolve, reject) => {
    const program = at('packages/cli/bin/latent.js');
    const child = spawn(process.execPath, [program, ...words], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
    let out = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
    });
    // Ctrl-C reaches the child too, and its exit code ends us.
    const wait = (): void => undefined;
    process.on('SIGINT', wait);
    child.once('error', reject);
    child.once('close', (code) => {
      process.off('SIGINT', wait);
      if (code === 0) resolve(out);
      else reject(new CommandError(`latent ${words.join(' ')}: ended with ${code}`, code ?? 1));
    });
  });

const reportSchema = v.object({
  jobs: v.array(v.object({ run: v.string(), state: v.string(), name: v.optional(v.string()), config: configSchema })),
});

/** A training of a sweep. */
export type SweepRun = v.InferOutput<typeof reportSchema>['jobs'][number];

/**
 * Carries out `models/sweeps/<name>.yaml` in `runs/sweeps/<name>`; what is done is left. `--only NAME` narrows it.
 *
 * @returns its finished runs, in the order of the file; none with `--list`, which prints how each stands.
 */
export const runSweep = async (name: string): Promise<readonly SweepRun[]> => {
  const { values } = parseArgs({
    options: { only: { type: 'string', multiple: true, default: [] }, list: { type: 'boolean', default: false } },
  });
  await buildAll({ names: ['core', 'cli'] });
  const only = values.only.flatMap((word) => ['--only', word]);
  const words = ['sweep', `models/sweeps/${name}.yaml`, '--out', `runs/sweeps/${name}`, ...only, '--json'];
  const { jobs } = v.parse(reportSchema, JSON.parse(await latent([...words, ...(values.list ? ['--dry-run'] : [])])));
  if (!values.list) return jobs;
  for (const { state, run } of jobs) console.log(`${state.padEnd(8)}${run}`);
  return [];
};

/** The figures of a run that has ended. */
export const endedFigures = (run: string): RunFigures => {
  const figures = figuresOf(run);
  if (figures === null) throw new Error(`${run}: expected a run that has ended, got none; carry out its sweep again`);
  return figures;
};

/** Evaluates and diagnoses a run where it was not yet. @param words - beside the run, for `evaluate`. */
export const scoreRun = async ({ run, config }: SweepRun, words: readonly string[] = []): Promise<RunFigures> => {
  const { evaluate, diagnose } = endedFigures(run).scores;
  if (evaluate === undefined) await latent(['evaluate', run, '--json', ...words]);
  if (diagnose === undefined && config.network.kind === 'autoencoder') await latent(['diagnose', run, '--json']);
  return endedFigures(run);
};

/** Runs a script's work, then writes the docs that are made of its figures; an error is one line and an exit code. */
export const main = async (work: () => Promise<void>): Promise<void> => {
  try {
    await work();
    await import('./docs.ts');
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = error instanceof CommandError && error.code === 130 ? 130 : 1;
  }
};
