/**
 * More images than memory holds: made, packed, trained on for an epoch, killed and gone on with.
 *
 * `node bench/packs/million.mjs --folder FOLDER [--count 1000000] [--memory-count 50000] [--threads 2] [--batch 64]`
 *
 * Out: one JSON document on standard output: seconds and peak memory (resident, as Linux counts it) of each step, images a
 * second from the pack and of as many as memory holds, and whether the weights of the run that was killed are the same bytes.
 * In FOLDER it leaves the images (`x_train.npy`, 12.3 GB of a million) and the pack; what is there is not made again.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createWriteStream, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { draw, randomOf, SIDE } from './discs.mjs';

const { values } = parseArgs({
  options: {
    folder: { type: 'string' },
    count: { type: 'string', default: '1000000' },
    'memory-count': { type: 'string', default: '50000' },
    threads: { type: 'string', default: '2' },
    batch: { type: 'string', default: '64' },
  },
});
if (values.folder === undefined) throw new Error('name a folder: --folder FOLDER');
const folder = resolve(values.folder);
const latent = resolve(import.meta.dirname, '../../packages/cli/bin/latent.js');
const SIZE = SIDE * SIDE * 3;

/** An array of NumPy with as many images. */
const make = async (path, count) => {
  const part = `${path}.part`;
  const stream = createWriteStream(part);
  const write = (bytes) =>
    new Promise((done, failed) => stream.write(bytes, (error) => (error ? failed(error) : done())));
  const text = `{'descr': '|u1', 'fortran_order': False, 'shape': (${count}, ${SIDE}, ${SIDE}, 3), }`;
  const head = Buffer.alloc(128, ' ');
  head.set([0x93, ...Buffer.from('NUMPY'), 1, 0, 118, 0]);
  head.write(text, 10);
  head.write('\n', 127);
  await write(head);
  const each = 1000;
  for (let from = 0; from < count; from += each) {
    const pixels = new Uint8Array(Math.min(each, count - from) * SIZE);
    for (let i = 0; i * SIZE < pixels.length; i++) draw(pixels, i * SIZE, randomOf(from + i + 1));
    await write(pixels);
  }
  await new Promise((done) => stream.end(done));
  renameSync(part, path);
};

const NETWORK = `id: strided
inputShape: [64, 64, 3]
encoder:
  - { type: conv2d, filters: 16, kernelSize: 3, strides: 2, padding: same, activation: relu }
  - { type: conv2d, filters: 32, kernelSize: 3, strides: 2, padding: same, activation: relu }
  - { type: conv2d, filters: 32, kernelSize: 3, strides: 2, padding: same, activation: relu }
  - flatten
  - { type: dense, units: 16 }
decoder:
  - { type: dense, units: 2048, activation: relu }
  - { type: reshape, targetShape: [8, 8, 32] }
  - { type: conv2d-transpose, filters: 32, kernelSize: 3, strides: 2, padding: same, activation: relu }
  - { type: conv2d-transpose, filters: 16, kernelSize: 3, strides: 2, padding: same, activation: relu }
  - { type: conv2d-transpose, filters: 3, kernelSize: 3, strides: 2, padding: same, activation: sigmoid }
loss: mse
recipe: { epochs: 1, batchSize: ${values.batch}, learningRate: 0.001 }
`;

const highWater = (pid) => {
  try {
    return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
};

/** Runs the program; `kill` ends it by SIGKILL after so many seconds. */
const run = (args, { kill, env = {} } = {}) =>
  new Promise((done, failed) => {
    const begun = performance.now();
    const child = spawn(process.execPath, [latent, ...args], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let words = '';
    let megabytes = 0;
    child.stderr.on('data', (text) => {
      words += text;
      process.stderr.write(text);
    });
    const watch = setInterval(() => {
      megabytes = Math.max(megabytes, highWater(child.pid));
      if (kill !== undefined && performance.now() - begun > 1000 * kill) child.kill('SIGKILL');
    }, 200);
    child.on('close', (code) => {
      clearInterval(watch);
      if (code !== 0 && kill === undefined) failed(new Error(`${args.join(' ')}: exit ${code}`));
      const seconds = (performance.now() - begun) / 1000;
      done({ seconds: Math.round(seconds * 10) / 10, peakMiB: Math.round(megabytes), words });
    });
  });

const rate = ({ words }) => Number(/\(.*, ([\d,]+) images\/s\)/.exec(words)?.[1].replaceAll(',', ''));
const sumOf = (path) => createHash('sha256').update(readFileSync(path)).digest('hex');
const training = (data, out) => [
  'train',
  join(folder, 'strided.yaml'),
  '--dataset',
  data,
  '--threads',
  values.threads,
  '--out',
  out,
];

mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, 'strided.yaml'), NETWORK);
const [images, some] = [join(folder, 'x_train.npy'), join(folder, 'some.npy')];
const results = { count: Number(values.count), threads: Number(values.threads), batch: Number(values.batch) };
for (const [path, count] of [
  [images, Number(values.count)],
  [some, Number(values['memory-count'])],
])
  if (!existsSync(path)) await make(path, count);
const pack = join(folder, 'pack');
if (!existsSync(pack)) {
  const { seconds, peakMiB } = await run(['data', 'pack', images, '--out', pack]);
  results.packing = { seconds, peakMiB };
}
for (const name of ['memory', 'whole', 'killed']) rmSync(join(folder, name), { recursive: true, force: true });
const memory = await run(training(some, join(folder, 'memory')));
const whole = await run(training(pack, join(folder, 'whole')));
const perSecond = { memory: rate(memory), pack: rate(whole) };
results.training = {
  memory: { seconds: memory.seconds, peakMiB: memory.peakMiB, perSecond: perSecond.memory },
  pack: { seconds: whole.seconds, peakMiB: whole.peakMiB, perSecond: perSecond.pack },
  ratio: Math.round((1000 * perSecond.pack) / perSecond.memory) / 1000,
};
await run(training(pack, join(folder, 'killed')), { kill: whole.seconds / 2 });
const rest = await run(['train', '--resume', join(folder, 'killed')]);
const [one, other] = ['whole', 'killed'].map((name) => sumOf(join(folder, name, 'weights.safetensors')));
results.killed = { after: whole.seconds / 2, restSeconds: rest.seconds, sameBytes: one === other };
console.log(JSON.stringify(results, null, 2));
