// How long commands take as whole processes, and how much memory they hold at the highest: medians of alternating rounds.
//   node bench/commands.mjs [--rounds 5] [--root CHECKOUT]... [--json]
// Of several checkouts, each with its own node_modules, the rounds alternate. What is kept in the cache is there: each command
// runs once before the rounds.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { root as own, run } from '../scripts/setup.mjs';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    root: { type: 'string', multiple: true, default: [own] },
    json: { type: 'boolean', default: false },
  },
});

const OUT = '{out}';
/** Seconds, and MB at the highest where there is such a goal. */
const COMMANDS = [
  { words: ['--help'], seconds: 0.2 },
  { words: ['zoo'], seconds: 0.3 },
  { words: ['encode', 'dense-1', '--out', `${OUT}/codes.csv`], seconds: 0.6 },
  { words: ['plane', 'dense-1', '--out', `${OUT}/plane.png`], seconds: 1 },
  { words: ['diagnose', 'dense-1'], seconds: 2, megabytes: 350 },
  { words: ['evaluate', 'dense-1'], seconds: 3, megabytes: 350 },
];

/** Tells on the fourth channel, when the process ends, how many kB it held. */
const TELL =
  'data:text/javascript,' +
  encodeURIComponent(
    "import { writeSync } from 'node:fs'; process.on('exit', () => writeSync(3, String(process.resourceUsage().maxRSS)));",
  );

const measure = (checkout, words) => {
  const out = mkdtempSync(join(tmpdir(), 'commands-'));
  const program = join(checkout, 'packages/cli/bin/latent.js');
  const start = performance.now();
  const child = spawn(process.execPath, ['--import', TELL, program, ...words.map((word) => word.replace(OUT, out))], {
    cwd: out,
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  });
  let [said, peak] = ['', ''];
  child.stderr.on('data', (text) => {
    said += text;
  });
  child.stdio[3].on('data', (text) => {
    peak += text;
  });
  return new Promise((done, fail) => {
    child.on('close', (code) => {
      const seconds = (performance.now() - start) / 1000;
      rmSync(out, { recursive: true });
      if (code === 0) done({ seconds, megabytes: Number(peak) / 1024 });
      else fail(new Error(`${words.join(' ')} ended with ${code}: ${said}`));
    });
  });
};

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];

const roots = values.root.map((path) => resolve(path));
for (const checkout of roots)
  run(process.execPath, [join(checkout, 'scripts/build.mjs'), 'core', 'cli'], { cwd: checkout });
// Scores are kept with the run; a bench is no reason to change them.
const scores = roots.flatMap((checkout) =>
  ['metrics.json', 'README.md'].map((name) => join(checkout, 'models/runs/dense-1', name)),
);
const before = scores.map((path) => readFileSync(path));
const rows = COMMANDS.flatMap((command) => roots.map((checkout) => ({ ...command, checkout, measured: [] })));
try {
  for (let round = 0; round <= Number(values.rounds); round++)
    for (const { checkout, words, measured } of rows) {
      const figures = await measure(checkout, words);
      if (round > 0) measured.push(figures);
    }
} finally {
  scores.forEach((path, i) => {
    writeFileSync(path, before[i]);
  });
}

const results = rows.map(({ words, checkout, seconds, megabytes = null, measured }) => ({
  command: words[0] === '--help' ? '--help' : words.slice(0, 2).join(' '),
  checkout,
  goal: { seconds, megabytes },
  seconds: median(measured.map((figures) => figures.seconds)),
  megabytes: median(measured.map((figures) => figures.megabytes)),
  measured,
}));
if (values.json) console.log(JSON.stringify({ node: process.version, results }, null, 2));
else
  for (const { command, checkout, goal, seconds, megabytes } of results) {
    const limit = goal.megabytes === null ? '' : `, ${goal.megabytes} MB`;
    console.log(
      `${command.padEnd(18)} ${seconds.toFixed(2).padStart(6)} s ${megabytes.toFixed(0).padStart(5)} MB   goal ${goal.seconds} s${limit}${roots.length > 1 ? `   ${checkout}` : ''}`,
    );
  }
