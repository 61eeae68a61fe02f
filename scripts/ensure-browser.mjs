// A Chrome or Chromium for the tests: one that is there, else the system's package manager, else Playwright's own.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { findBrowser } from './find-browser.mjs';

const attempt = (command, args) => {
  console.error(`No browser found; trying: ${command} ${args.join(' ')}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  return spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'], env }).status === 0;
};

const has = (command) => spawnSync(command, ['--version'], { stdio: 'ignore' }).status === 0;

const installers = () => {
  const root = process.getuid?.() === 0;
  const asRoot = (command, ...args) =>
    root ? attempt(command, args) : has('sudo') && attempt('sudo', ['-n', command, ...args]);
  const linux = process.platform === 'linux';
  return [
    () =>
      linux &&
      has('apt-get') &&
      asRoot('apt-get', 'update') &&
      asRoot('apt-get', 'install', '-y', '--no-install-recommends', 'chromium'),
    () => linux && has('dnf') && asRoot('dnf', 'install', '-y', 'chromium'),
    () => linux && has('apk') && asRoot('apk', 'add', 'chromium'),
    () => process.platform === 'darwin' && has('brew') && attempt('brew', ['install', '--cask', 'chromium']),
    () =>
      attempt(process.execPath, [
        join(import.meta.dirname, '../node_modules/playwright-core/cli.js'),
        'install',
        'chromium',
      ]),
  ];
};

/** Path of a browser, installed if need be. Throws where none can be had. */
export const ensureBrowser = () => {
  for (const install of [() => false, ...installers()]) {
    install();
    const found = findBrowser();
    if (found) return found;
  }
  throw new Error('no Chrome or Chromium: install one, or set CHROME_PATH to its program');
};
