// A Chrome or Chromium for the tests: one that is there, else the system's package manager, else Playwright's own.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
const PLACES = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
];

/** Where Playwright keeps what it downloads. */
const playwrightBrowsers = () => {
  const cache =
    process.env.PLAYWRIGHT_BROWSERS_PATH ??
    { linux: join(homedir(), '.cache/ms-playwright'), darwin: join(homedir(), 'Library/Caches/ms-playwright') }[
      process.platform
    ] ??
    join(process.env.LOCALAPPDATA ?? homedir(), 'ms-playwright');
  if (!existsSync(cache)) return [];
  const inside = [
    'chrome-linux/chrome',
    'chrome-linux64/chrome',
    'chrome-headless-shell-linux64/chrome-headless-shell',
    'chrome-mac/Chromium.app/Contents/MacOS/Chromium',
    'chrome-win/chrome.exe',
  ];
  return readdirSync(cache).flatMap((name) =>
    name.startsWith('chromium') ? inside.map((path) => join(cache, name, path)) : [],
  );
};

/** Path of a browser, or null. `CHROME_PATH` comes first. */
export const findBrowser = () => {
  const named = (process.env.PATH ?? '').split(delimiter).flatMap((folder) => NAMES.map((name) => join(folder, name)));
  return (
    [process.env.CHROME_PATH, ...named, ...PLACES, ...playwrightBrowsers()].find((path) => path && existsSync(path)) ??
    null
  );
};

const attempt = (command, args) => {
  console.error(`No browser found; trying: ${command} ${args.join(' ')}`);
  return (
    spawnSync(command, args, {
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    }).status === 0
  );
};

const has = (command) => spawnSync(command, ['--version'], { stdio: 'ignore' }).status === 0;

const installers = () => {
  const root = process.getuid?.() === 0;
  const asRoot = (command, ...args) =>
    root ? attempt(command, args) : has('sudo') && attempt('sudo', ['-n', command, ...args]);
  return [
    () =>
      process.platform === 'linux' &&
      has('apt-get') &&
      asRoot('apt-get', 'update') &&
      asRoot('apt-get', 'install', '-y', '--no-install-recommends', 'chromium'),
    () => process.platform === 'linux' && has('dnf') && asRoot('dnf', 'install', '-y', 'chromium'),
    () => process.platform === 'linux' && has('apk') && asRoot('apk', 'add', 'chromium'),
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
export const ensureBrowser = async () => {
  for (const install of [() => false, ...installers()]) {
    install();
    const found = findBrowser();
    if (found) return found;
  }
  throw new Error('no Chrome or Chromium: install one, or set CHROME_PATH to its program');
};
