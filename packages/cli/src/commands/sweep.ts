/**
 * `latent sweep`: many trainings as one command, on worker processes of this machine or through a NATS server.
 */
import { basename, extname, resolve } from 'node:path';
import { Command } from 'commander';
import { inputError, reasonOf, workError } from 'latent-plane/internal';
import { counted, EXIT, note, print, printJson, shellWord } from '../console.ts';
import { type Destination, outputFile, outputFolder } from '../files/destination.ts';
import { diskFiles, systemCode } from '../files/file-system.ts';
import { addForce, type Overwriting, requireFree, writeOutput } from '../files/output.ts';
import { readError, shownPath } from '../files/read-error.ts';
import { readTextInput } from '../files/read-input.ts';
import { wholeNumber } from '../options.ts';
import { effectNotes } from '../runs/lifecycle.ts';
import { withInterruption } from '../signals.ts';
import { requireSweepFolder } from '../sweep/claim.ts';
import { folderSource } from '../sweep/collect.ts';
import { collectAndTell } from '../sweep/collect-report.ts';
import { alikeText, jobLines } from '../sweep/dry-run.ts';
import { readOutcome, requirePlan, type SweepPlan, sweepPaths, writePlan } from '../sweep/layout.ts';
import { clearFailuresOnServer, followServer, publishJobs } from '../sweep/nats-client.ts';
import { shownUrl } from '../sweep/nats-connect.ts';
import { planOnServer, publishPlan, serverSource } from '../sweep/nats-runs.ts';
import { isServerError, openServer, type SweepServer } from '../sweep/nats-server.ts';
import { onlyNamed, planSweep } from '../sweep/plan.ts';
import { sweepProgress } from '../sweep/progress.ts';
import { inSweepFile, readSpec } from '../sweep/read-spec.ts';
import { cellsOf, cellTable, reportOf, sweepCsv } from '../sweep/report.ts';
import { cachedDatasets } from '../sweep/resources.ts';
import { addServerOptions, type ServerFlags, serverOptions } from '../sweep/server-options.ts';
import { readStatuses } from '../sweep/states.ts';
import { watchSweep } from '../sweep/watch.ts';
import { createWorkerPool, defaultWorkers, pidsOf } from '../sweep/worker-pool.ts';

interface SweepFlags extends ServerFlags, Overwriting {
  readonly collect?: Destination;
  /** Which of those on the server. */
  readonly sweep?: string;
  readonly grid?: readonly string[];
  readonly out?: Destination;
  readonly only?: readonly string[];
  readonly workers?: number;
  readonly attach?: boolean;
  readonly stop?: boolean;
  readonly dryRun?: boolean;
  readonly retryFailed?: boolean;
  readonly csv?: Destination;
  readonly json?: boolean;
}

const MAX_WORKERS = 256;
/** Ten thousand values in each field are a tenth of it. */
const MAX_SPEC_BYTES = 10e6;

const readText = async (path: string): Promise<{ readonly path: string; readonly text: string }> => {
  try {
    return { path, text: await readTextInput(path, MAX_SPEC_BYTES) };
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw readError(path, error);
    throw inputError(
      'no-file',
      {
        at: { subject: shownPath(path) || '""' },
        expected: 'the YAML file of a sweep',
        got: 'no such file',
        hint: 'see: npx latent sweep --help',
      },
      { cause: error },
    );
  }
};

const planFrom = async (file: string | undefined, { grid, only }: SweepFlags): Promise<SweepPlan> => {
  const text = file === undefined ? null : await readText(file);
  const spec = readSpec(text, grid);
  const { nodeRuntime } = await import('latent-plane/node');
  const decided: string[] = [];
  const onNote = (told: string): number => decided.push(told);
  const plan = await planSweep(spec, cachedDatasets().load, { runtime: nodeRuntime, onNote }).catch(
    (error: unknown) => {
      throw inSweepFile(error, text, grid);
    },
  );
  const effects = plan.jobs.flatMap(({ config, after }) =>
    effectNotes(config, { decoderAlone: after?.as === 'encoder', begun: after?.as === 'init' }).map(
      (text) => `${config.network.id}: ${text}`,
    ),
  );
  for (const told of new Set([...decided, ...effects])) note(`note: ${told}`);
  return only === undefined ? plan : onlyNamed(plan, only);
};

/** Jobs that failed for a reason that is mended by now begin anew from their last checkpoint. */
const clearFailures = async (out: string, { jobs }: SweepPlan): Promise<void> => {
  for (const { id } of jobs) {
    const outcome = await readOutcome(out, id);
    if (outcome?.state !== 'failed') continue;
    await diskFiles.remove(sweepPaths(out).attempts(id));
    await diskFiles.remove(sweepPaths(out).outcome(id));
  }
};

const stop = async (out: string): Promise<void> => {
  await requirePlan(out);
  const pids = await pidsOf(out, MAX_WORKERS);
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGTERM');
    } catch (error) {
      // It has ended meanwhile.
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
    }
  }
  note(
    pids.length === 0
      ? `${out}: no worker is running`
      : `${out}: told ${counted(pids.length, 'worker')} to save and stop; continue with: npx latent sweep --attach --out ${shellWord(out)}`,
  );
};

/** The first request to stop turns away from the workers; they keep running. */
const whileAttached = <T>(action: (signal: AbortSignal) => Promise<T>): Promise<T> => withInterruption(action, null);

const tell = async (
  out: string,
  plan: SweepPlan,
  seconds: number,
  { json, csv, nats, force }: SweepFlags,
): Promise<void> => {
  const statuses = await readStatuses(out, plan);
  if (csv !== undefined) await writeOutput(csv, sweepCsv(out, statuses), { force });
  if (json) printJson(reportOf(out, plan.sweep, statuses, seconds));
  else print(cellTable(cellsOf(statuses)));
  const failed = statuses.filter(({ state }) => state === 'failed');
  for (const { job, outcome } of failed)
    if (outcome?.state === 'failed') note(`failed: ${job.name}: ${outcome.message}`);
  if (statuses.some(({ outcome }) => outcome === null)) {
    note(
      nats === undefined
        ? `detached; the workers keep running. Come back: npx latent sweep --attach --out ${shellWord(out)}; end them: npx latent sweep --stop --out ${shellWord(out)}`
        : `detached; the workers keep running. Come back: npx latent sweep --attach --nats ${nats === true ? '' : `${shownUrl(String(nats))} `}--out ${shellWord(out)}`,
    );
    process.exitCode = EXIT.interrupted;
  } else if (failed.length > 0) process.exitCode = EXIT.workFailed;
};

const OUT = outputFolder('--out');

const outOf = (file: string | undefined, { out }: SweepFlags): Destination => {
  if (out !== undefined) return out;
  if (file !== undefined) return OUT(`sweeps/${basename(file, extname(file))}`);
  throw inputError('invalid-option', {
    at: { option: '--out' },
    expected: 'the folder of the sweep',
    got: 'none',
    hint: 'name it',
  });
};

/** What would be done. Nothing is written, so a sweep needs no folder for it. */
const tellJobs = async (file: string | undefined, flags: SweepFlags): Promise<void> => {
  const plan = flags.attach ? await requirePlan(outOf(file, flags)) : await planFrom(file, flags);
  if (flags.json) {
    const out = flags.out ?? (file === undefined ? undefined : outOf(file, flags));
    const waiting = plan.jobs.map((job) => ({ job, state: 'waiting' as const, outcome: null, progress: null }));
    const statuses = out === undefined ? waiting : await readStatuses(out, plan);
    return printJson(reportOf(out ?? '', plan.sweep, statuses, 0));
  }
  print(jobLines(plan).join('\n'));
  note(alikeText(plan));
};

const run = async (file: string | undefined, flags: SweepFlags): Promise<void> => {
  if (flags.csv !== undefined) await requireFree(flags.csv, flags);
  if (flags.collect !== undefined) return collectRuns(file, flags, flags.collect);
  if (flags.stop) return stop(outOf(file, flags));
  const out = flags.dryRun ? null : outOf(file, flags);
  const isNew = file !== undefined || flags.grid !== undefined;
  if (flags.attach && isNew)
    throw inputError('invalid-option', {
      problem: '--attach comes back to the sweep in --out',
      hint: 'leave the file and --grid away',
    });
  if (!flags.attach && !isNew)
    throw inputError('invalid-option', {
      expected: 'the YAML file of a sweep, or --grid FIELD=VALUES',
      got: 'neither',
    });
  if (out === null) return tellJobs(file, flags);
  const plan = flags.attach ? await requirePlan(out) : await planFrom(file, flags);
  if (!flags.attach) await requireSweepFolder(out, plan);
  const start = performance.now();
  if (flags.nats === undefined) await sweepHere(out, plan, flags);
  else await sweepOnServer(out, plan, flags);
  await tell(out, plan, (performance.now() - start) / 1000, flags);
};

/** Writes what the folder is to hold, once the work can begin. */
const begin = async (out: string, plan: SweepPlan, { attach, retryFailed }: SweepFlags): Promise<void> => {
  if (!attach) await writePlan(out, plan);
  if (retryFailed) await clearFailures(out, plan);
};

const sweepHere = async (out: string, plan: SweepPlan, flags: SweepFlags): Promise<void> => {
  await begin(out, plan, flags);
  const threads = Math.max(...plan.jobs.map(({ config }) => config.threads));
  const workers = flags.workers ?? defaultWorkers(plan.jobs.length, threads);
  await whileAttached((signal) =>
    watchSweep(out, plan, createWorkerPool(out, workers), sweepProgress(plan.jobs.length), signal),
  );
};

/** The words for a server that went away and did not come back. */
const withServer = async (
  flags: SweepFlags,
  next: string,
  action: (server: SweepServer) => Promise<void>,
): Promise<void> => {
  const server = await openServer(serverOptions(flags));
  try {
    await action(server);
  } catch (error) {
    if (!isServerError(error)) throw error;
    const reason = reasonOf(error);
    throw workError(
      'server-failed',
      { problem: `the server stopped answering (${reason})`, hint: `what it has is safe, come back with: ${next}` },
      { cause: error },
    );
  } finally {
    await server.close().catch(() => undefined);
  }
};

const sweepOnServer = (out: string, plan: SweepPlan, flags: SweepFlags): Promise<void> =>
  withServer(flags, `npx latent sweep --attach --nats URL --out ${shellWord(out)}`, async (server) => {
    await begin(out, plan, flags);
    await publishPlan(server, plan);
    if (flags.retryFailed) await clearFailuresOnServer(server, plan.jobs);
    const statuses = await readStatuses(out, plan);
    await publishJobs(
      server,
      statuses.filter(({ outcome }) => outcome === null).map(({ job }) => job),
    );
    await whileAttached((signal) => followServer(server, out, plan, sweepProgress(plan.jobs.length), signal));
  });

/** The plan that the arguments name; null where they leave it to the server. */
const namedPlan = async (file: string | undefined, flags: SweepFlags): Promise<SweepPlan | null> => {
  const { grid, out } = flags;
  if (file !== undefined || grid !== undefined) return planFrom(file, flags);
  return out === undefined ? null : requirePlan(out);
};

const collectRuns = async (file: string | undefined, flags: SweepFlags, to: Destination): Promise<void> => {
  if (flags.attach || flags.stop || flags.retryFailed || flags.dryRun)
    throw inputError('invalid-option', {
      problem: '--collect brings runs and does nothing else',
      hint: 'leave the other commands away',
    });
  const { nats, json = false, sweep } = flags;
  if (nats === undefined) {
    const from = outOf(file, flags);
    if (resolve(from) === resolve(to))
      throw inputError('invalid-option', {
        at: { option: `--collect ${to}` },
        expected: "another folder than the sweep's own",
        hint: 'name one',
      });
    return collectAndTell(folderSource(from), to, await requirePlan(from), json);
  }
  const named = await namedPlan(file, flags);
  await withServer(flags, `npx latent sweep --collect ${to} --nats URL`, async (server) => {
    const plan = named ?? (await planOnServer(server, sweep));
    await collectAndTell(serverSource(server), to, plan, json);
  });
};

const EXAMPLES = `
Examples:
  npx latent sweep seeds.yaml --out sweeps/seeds
  npx latent sweep --grid networks=dense-1,vae-1 --grid seeds=1..10 --out sweeps/ten
  npx latent sweep --attach --out sweeps/ten
  npx latent sweep seeds.yaml --nats nats://127.0.0.1:4222 --out sweeps/far
  npx latent sweep --collect sweeps/here --nats nats://127.0.0.1:4222
  npx latent compare sweeps/ten --png ten.png --csv ten.csv

A file holds networks, recipes, seeds, datasets and the options of \`train\` in
camelCase, each a value, a list, a range {from: 1, to: 10} or
{from: 1e-4, to: 1e-2, count: 5, scale: log}, or with \`samples: N\` a
distribution {uniform: [a, b]} or {logUniform: [a, b]}. \`runs\` lists rows with a
name, another network, or the weights of a row above; see docs/sweeps.md. A job
is named by all that decides its result: a sweep run again trains only what is
new.`;

const repeated = (word: string, before: readonly string[] | undefined): readonly string[] => [...(before ?? []), word];

/** The command `sweep`. */
export const sweepCommand = (): Command =>
  addForce(addServerOptions(new Command('sweep')))
    .description('train many: networks x recipes x seeds x data sets x options')
    .argument('[file]', 'YAML file of the sweep; not needed with --grid or --attach')
    .option('--grid <field=values>', "a field and its values; takes the place of the file's; may be repeated", repeated)
    .option('--out <dir>', 'folder of the sweep (default: sweeps/<name of the file>)', OUT)
    .option(
      '--workers <n>',
      'worker processes (default: one for each core)',
      wholeNumber('--workers', { min: 1, max: MAX_WORKERS }),
    )
    .option('--attach', 'come back to the sweep in --out')
    .option(
      '--collect <dir>',
      'bring the finished runs of a sweep into a folder; nothing is trained',
      outputFolder('--collect'),
    )
    .option('--sweep <id>', 'which of the sweeps on the server, with --collect and --nats')
    .option('--stop', 'let the workers of the sweep in --out save and end')
    .option('--retry-failed', 'run the failed jobs again')
    .option('--only <name>', 'the rows or networks of this name alone; may be repeated', repeated)
    .option('--dry-run', 'list the jobs and what differs between them, train nothing')
    .option('--csv <file>', 'a row for each job', outputFile('--csv', ['.csv']))
    .option('--json', 'one JSON document on standard output')
    .addHelpText('after', EXAMPLES)
    .action(run);
