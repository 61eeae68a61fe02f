// `npm start`: installs and builds what is missing, then opens the explorer. Arguments go to `latent explore`.
import { runWhileAlive } from './child.mjs';
import { root, setUpWith } from './setup.mjs';

/** Runs a program; ends here where somebody asked to stop meanwhile. */
const run = async (command, args, options = {}) => {
  const { code, stopped } = await runWhileAlive(command, args, { cwd: root, ...options });
  if (stopped) process.exit(code);
  return code;
};

// npm is a `.cmd` on Windows, which only a shell runs.
await setUpWith((command, args) => run(command, args, { shell: process.platform === 'win32' }));
const built = await run(process.execPath, ['scripts/build.mjs']);
if (built !== 0) process.exit(built);
const open = process.env.CI || process.argv.includes('--no-open') ? [] : ['--open'];
const rest = process.argv.slice(2).filter((argument) => argument !== '--no-open');
process.exitCode = await run(process.execPath, ['packages/cli/bin/latent.js', 'explore', ...open, ...rest]);
