// What `npm start` and `npm test` share: a Node that is new enough, and the packages of the lock file installed.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

const WANTED = [20, 19];

const checkNode = () => {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > WANTED[0] || (major === WANTED[0] && minor >= WANTED[1])) return;
  console.error(
    `Latent Plane needs Node ${WANTED.join('.')} or newer, this is ${process.versions.node}: https://nodejs.org`,
  );
  process.exit(2);
};

/** Runs a command in the project's root with its output shown; returns its exit code. */
export const run = (command, args, options = {}) => {
  const { status, error, signal } = spawnSync(command, args, {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
    ...options,
  });
  if (error) console.error(`${command}: ${error.message}`);
  return signal === 'SIGINT' ? 130 : (status ?? 1);
};

/** What installs the packages; null where this lock file's are there already. `done` takes its exit code. */
const installation = () => {
  const lock = readFileSync(new URL('../package-lock.json', import.meta.url));
  const wanted = createHash('sha256').update(lock).digest('hex');
  const marker = new URL('../node_modules/.latent-plane-lock', import.meta.url);
  if (existsSync(marker) && readFileSync(marker, 'utf8') === wanted) return null;
  console.error('Installing packages (once)...');
  const done = (code) => {
    if (code !== 0) {
      console.error('npm ci did not succeed: see above; a network and about 1 GB of disk are needed once.');
      process.exit(code);
    }
    writeFileSync(marker, wanted);
  };
  return { command: 'npm', args: ['ci', '--no-audit', '--no-fund', '--loglevel=error'], done };
};

/** Checks Node and installs what is missing. */
export const setUp = () => {
  checkNode();
  const todo = installation();
  if (todo) todo.done(run(todo.command, todo.args));
};

/** The same with a way to run a program that does not keep this process from hearing of signals. */
export const setUpWith = async (runProgram) => {
  checkNode();
  const todo = installation();
  if (todo) todo.done(await runProgram(todo.command, todo.args));
};
