// A nats-server for the tests: one that is there, else the system's package manager. Null where none can be had; the
// tests that need one then say that they were skipped.
import { spawnSync } from 'node:child_process';

const works = (command) => spawnSync(command, ['--version'], { stdio: 'ignore' }).status === 0;

/** `NATS_SERVER`, or the one on the path; null for none. */
export const findNats = () => [process.env.NATS_SERVER, 'nats-server'].find((path) => path && works(path)) ?? null;

const attempt = (command, args) => {
  console.error(`No nats-server found; trying: ${command} ${args.join(' ')}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  return spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'], env }).status === 0;
};

const asRoot = (command, ...args) => {
  if (process.getuid?.() === 0) return attempt(command, args);
  return works('sudo') && attempt('sudo', ['-n', command, ...args]);
};

/** Path of a nats-server, installed if need be; null where it cannot be. */
export const ensureNats = () => {
  const there = findNats();
  if (there) return there;
  if (process.platform === 'linux' && works('apt-get')) {
    asRoot('apt-get', 'update');
    asRoot('apt-get', 'install', '-y', '--no-install-recommends', 'nats-server');
  } else if (process.platform === 'darwin' && works('brew')) attempt('brew', ['install', 'nats-server']);
  return findNats();
};
