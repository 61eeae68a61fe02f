// What the scripts of the zoo share: steps that run the command line, a journal of what each cost, progress with an
// estimate.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from './setup.mjs';

const CLI = join(root, 'packages', 'cli', 'bin', 'latent.js');
/** Where trainings lie until they are shipped; not kept in the repository. */
export const RUNS = 'runs/zoo';
const JOURNAL = join(root, RUNS, 'journal.json');

export const readJson = (path, otherwise = null) =>
  existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : otherwise;
export const at = (...parts) => join(root, ...parts);

/** Seconds and peak memory of each step, over all sittings: what the estimate is made of. */
const journal = readJson(JOURNAL, {});
const remember = (name, seconds, peakMiB) => {
  // Another script of the zoo may have written meanwhile.
  Object.assign(journal, readJson(JOURNAL, {}));
  const before = journal[name] ?? { seconds: 0, peakMiB: 0 };
  journal[name] = {
    seconds: Math.round(10 * (before.seconds + seconds)) / 10,
    peakMiB: Math.max(before.peakMiB, Math.round(peakMiB)),
  };
  mkdirSync(dirname(JOURNAL), { recursive: true });
  writeFileSync(`${JOURNAL}.new`, `${JSON.stringify(journal, null, 2)}\n`);
  renameSync(`${JOURNAL}.new`, JOURNAL);
};

/** Peak resident memory of a process so far, where the system tells. */
const peakOf = (pid) => {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
};

/** Runs `latent` with words; its standard output as text. */
export const latent = (words, step) =>
  new Promise((resolve, reject) => {
    const start = performance.now();
    const child = spawn(process.execPath, [CLI, ...words], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
    let out = '';
    let peak = 0;
    const timer = setInterval(() => {
      peak = Math.max(peak, peakOf(child.pid));
    }, 200);
    child.stdout.on('data', (bytes) => {
      out += bytes;
    });
    const stop = () => child.kill('SIGINT');
    process.once('SIGINT', stop);
    process.once('SIGTERM', stop);
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      clearInterval(timer);
      process.off('SIGINT', stop);
      process.off('SIGTERM', stop);
      if (step) remember(step, (performance.now() - start) / 1000, peak);
      if (code === 0) resolve(out);
      else reject(Object.assign(new Error(`latent ${words.join(' ')}: ended with ${code ?? signal}`), { code }));
    });
  });

export const runFolder = (id, recipe) => `${RUNS}/${recipe}-${id}`;
export const hasEnded = (folder) =>
  ['finished', 'early', 'diverged'].includes(readJson(at(folder, 'metrics.json'))?.stopped);

const duration = (seconds) =>
  seconds < 90
    ? `${Math.round(seconds)} s`
    : seconds < 5400
      ? `${Math.round(seconds / 60)} min`
      : `${(seconds / 3600).toFixed(1)} h`;

/**
 * Carries out the steps that are not done, one after the other.
 *
 * @returns seconds and peak memory of all steps, those of earlier sittings included.
 * @param steps - each with `name`, `done()`, `run(name)`, and `seconds()` where an earlier training tells its time.
 */
export const carryOut = async (steps, { list = false } = {}) => {
  const open = steps.filter((step) => !step.done());
  // A step that was never timed is taken to last as the mean of its kind: its name's first word.
  const kindOf = ({ name }) => name.split(' ')[0];
  const known = new Map();
  for (const step of steps) {
    const seconds = journal[step.name]?.seconds ?? step.seconds?.();
    if (seconds !== undefined) known.set(kindOf(step), [...(known.get(kindOf(step)) ?? []), seconds]);
  }
  const meanOf = (values) => values.reduce((sum, seconds) => sum + seconds, 0) / values.length;
  const expected = (step) =>
    journal[step.name]?.seconds ??
    step.seconds?.() ??
    (known.has(kindOf(step)) ? meanOf(known.get(kindOf(step))) : kindOf(step) === 'train' ? 300 : 10);
  if (list) {
    for (const step of steps)
      console.log(`${step.done() ? 'done' : 'open'}  ${duration(expected(step)).padStart(7)}  ${step.name}`);
    return { seconds: 0, peakMiB: 0 };
  }
  console.error(`${steps.length} steps, ${steps.length - open.length} of them done`);
  for (const [i, step] of open.entries()) {
    if (step.done()) continue;
    const left = open.slice(i).reduce((sum, each) => sum + expected(each), 0);
    console.error(
      `[${i + 1}/${open.length}] ${step.name} (about ${duration(expected(step))}; all that is left: ${duration(left)})`,
    );
    await step.run(step.name);
  }
  // A sitting that was cut off left nothing in the journal, but its training counted.
  const total = steps.reduce((sum, step) => sum + Math.max(journal[step.name]?.seconds ?? 0, step.seconds?.() ?? 0), 0);
  const peak = Math.max(...steps.map(({ name }) => journal[name]?.peakMiB ?? 0));
  console.error(`all done; these steps together took ${duration(total)}, at most ${peak} MiB of memory`);
  return { seconds: total, peakMiB: peak };
};
