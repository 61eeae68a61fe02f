/**
 * Finds a Chromium for the tests that need a real browser.
 *
 * In: the environment and the machine. Out: the path of an executable, or null. Nothing is downloaded here.
 * As a program it prints the path: `node scripts/find-browser.mjs`.
 */
import { accessSync, constants, realpathSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

const isExecutable = (path) => {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
};

/** `CHROME_PATH`, then the usual names on the PATH, then the browser that Playwright installed, if it did. */
export const findBrowser = (environment = process.env) => {
  const named = environment.CHROME_PATH;
  if (named) {
    if (isExecutable(named)) return named;
    throw new Error(`CHROME_PATH: expects an executable file, got "${named}"; correct it or unset it`);
  }
  const folders = (environment.PATH ?? '').split(delimiter).filter(Boolean);
  const candidates = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
  return [...candidates, chromium.executablePath()].find(isExecutable) ?? null;
};

/**
 * Launches the browser headless.
 *
 * Chromium's sandbox cannot be set up by root, as which containers often run; only there it is switched off.
 */
export const launchBrowser = async ({ args = [] } = {}) => {
  const executablePath = findBrowser();
  if (executablePath === null) throw new Error('no Chromium found; install one or set CHROME_PATH');
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({ executablePath, args: [...sandbox, ...args] });
};

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const found = findBrowser();
  console.log(found ?? 'no Chromium found; install one or set CHROME_PATH');
  process.exitCode = found ? 0 : 1;
}
