// `npm test`: installs and builds what is missing, a browser included, then runs every check.
// The last line counts tests; each of the static checks counts as one.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run, setUp } from './setup.mjs';

setUp();
const { ensureBrowser } = await import('./ensure-browser.mjs');
const browser = ensureBrowser();
console.error(`Browser for the tests: ${browser}`);
const { ensureNats } = await import('./ensure-nats.mjs');
const nats = ensureNats();
console.error(
  nats ? `nats-server for the tests: ${nats}` : 'No nats-server: the tests of distributed sweeps are skipped',
);
const environment = { ...process.env, CHROME_PATH: browser, ...(nats ? { NATS_SERVER: nats } : {}) };

let passed = 0;
let failed = 0;
const check = (name, command, args) => {
  console.error(`\n== ${name}`);
  if (run(command, args, { env: environment }) === 0) passed += 1;
  else {
    failed += 1;
    console.error(`== ${name} FAILED`);
  }
};
const bin = (name) => join('node_modules', '.bin', name);

check('build', process.execPath, ['scripts/build.mjs']);
check('lint and format', bin('biome'), ['check', '.']);
check('import rules', bin('depcruise'), ['--config', '.dependency-cruiser.cjs', 'packages', 'apps']);
check('types: core', bin('tsc'), ['-p', 'packages/core']);
check('types: cli', bin('tsc'), ['-p', 'packages/cli']);
check('types: scripts', bin('tsc'), ['-p', 'scripts']);
check('types: explorer', 'npm', ['run', '--silent', 'types', '-w', 'apps/explorer']);
check('the public API: documented, and complete', bin('typedoc'), ['--emit', 'none']);

console.error('\n== tests');
const folder = mkdtempSync(join(tmpdir(), 'latent-plane-test-'));
const results = join(folder, 'results.json');
const code = run(bin('vitest'), ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${results}`], {
  env: environment,
});
let skipped = 0;
if (existsSync(results)) {
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, numFailedTestSuites } = JSON.parse(
    readFileSync(results, 'utf8'),
  );
  passed += numPassedTests;
  failed += numFailedTests;
  skipped = numPendingTests + numTodoTests;
  // A file that does not load fails no test of its own.
  if (code !== 0 && numFailedTests === 0) failed += Math.max(1, numFailedTestSuites);
} else failed += 1;
rmSync(folder, { recursive: true, force: true });

console.log(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exitCode = failed === 0 && code === 0 ? 0 : 1;
