// `npm start`: installs and builds what is missing, then opens the explorer. Arguments go to `latent explore`.
import { run, setUp } from './setup.mjs';

setUp();
const built = run(process.execPath, ['scripts/build.mjs']);
if (built !== 0) process.exit(built);
const open = process.env.CI || process.argv.includes('--no-open') ? [] : ['--open'];
const rest = process.argv.slice(2).filter((argument) => argument !== '--no-open');
process.exitCode = run(process.execPath, ['packages/cli/bin/latent.js', 'explore', ...open, ...rest]);
