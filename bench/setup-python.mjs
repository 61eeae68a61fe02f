// `npm run bench:setup`: a Python environment of the bench's own, bench/python, with the peers of requirements.txt.
// PYTHON names another Python to make it with; pip's own settings (PIP_INDEX_URL and the like) hold.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const bench = dirname(fileURLToPath(import.meta.url));
const windows = process.platform === 'win32';
const base = process.env.PYTHON ?? (windows ? 'python' : 'python3');
const own = windows ? join('python', 'Scripts', 'python.exe') : join('python', 'bin', 'python');

/** Ends with the program's exit code where it fails. */
const run = (program, args, hint) => {
  const { status, error } = spawnSync(program, args, { cwd: bench, stdio: 'inherit' });
  if (status === 0) return;
  console.error(error ? `${program} cannot be run: ${error.message}` : `${program} ${args.join(' ')} failed`);
  console.error(hint);
  process.exit(status ?? 1);
};

const wanted = 'The peers need Python 3.11 or newer with venv and pip; PYTHON=/path/to/python names another.';
run(base, ['-c', 'import sys; sys.exit(sys.version_info < (3, 11))'], wanted);
run(base, ['-m', 'venv', 'python'], wanted);
const install = ['-m', 'pip', 'install', '--disable-pip-version-check', '-r', 'requirements.txt'];
run(join(bench, own), install, 'What pip said stands above; the command can be run again.');
console.log('The peers are in bench/python; `npx latent bench` runs them.');
