import { once } from 'node:events';
import { readFile, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { withUndo } from './files/interruption.ts';
import {
  buildCommandLine,
  filesBelow,
  smallMnist,
  startLatent,
  temporaryFolder,
  writeIdxFolder,
} from './runs/testing.ts';
import { onStop, STOP_SIGNALS, stopAsked, withInterruption } from './signals.ts';
import { pidsOf } from './sweep/worker-pool.ts';

let folder = '';
let data = '';
const path = (name: string): string => join(folder, name);

beforeAll(async () => {
  await buildCommandLine();
  folder = await temporaryFolder();
  data = await writeIdxFolder(path('small-mnist'), await smallMnist(1000, 100));
});
afterAll(() => rm(folder, { recursive: true, force: true }));
afterEach(() => {
  vi.restoreAllMocks();
});

/** The test runner has listeners of its own. */
const listening = (): number[] => STOP_SIGNALS.map((signal) => process.listenerCount(signal));

describe('onStop', () => {
  it('tells the latest listener alone, and leaves the system its signals when none listens', () => {
    const before = listening();
    const heard: string[] = [];
    const outer = onStop(() => heard.push('outer'));
    const inner = onStop(() => heard.push('inner'));
    process.emit('SIGTERM', 'SIGTERM');
    inner();
    inner();
    expect(heard).toEqual(['inner']);
    expect(listening()).toEqual(before.map((count) => count + 1));
    outer();
    expect(listening()).toEqual(before);
  });

  it('takes one Ctrl-C that comes twice, and a terminal that hangs up again, for one request', () => {
    const clock = vi.spyOn(performance, 'now').mockReturnValue(1000);
    let heard = 0;
    const release = onStop(() => {
      heard += 1;
    });
    process.emit('SIGINT', 'SIGINT');
    process.emit('SIGINT', 'SIGINT');
    expect(heard).toBe(1);
    clock.mockReturnValue(1600);
    process.emit('SIGHUP', 'SIGHUP');
    expect(heard).toBe(1);
    process.emit('SIGINT', 'SIGINT');
    expect(heard).toBe(2);
    release();
  });

  it('undoes what is half written before the program around it ends', async () => {
    const done: string[] = [];
    vi.spyOn(process, 'exit').mockImplementation((code) => {
      throw new Error(`exit ${code}`);
    });
    const program = onStop(() => done.push('ended first'));
    const written = withUndo(
      () => done.push('undone'),
      async () => {
        expect(() => process.emit('SIGHUP', 'SIGHUP')).toThrow('exit 130');
      },
    );
    await written;
    program();
    expect(done).toEqual(['undone']);
  });

  it('aborts what runs, and gives the signals back when it has ended', async () => {
    const before = listening();
    vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const ended = withInterruption(async (signal) => {
      await once(signal, 'abort');
      return 'saved';
    });
    process.emit('SIGHUP', 'SIGHUP');
    expect(await ended).toBe('saved');
    const asked = stopAsked();
    process.emit('SIGHUP', 'SIGHUP');
    await asked;
    expect(listening()).toEqual(before);
  });
});

const words = (out: string, epochs: string): string[] => [
  'train',
  'dense-1',
  '--dataset',
  data,
  '--threads',
  '1',
  '--epochs',
  epochs,
  '--json',
  '--out',
  path(out),
];

const hasSaved = (out: string): Promise<boolean> =>
  stat(path(`${out}/checkpoints/last.safetensors`)).then(
    () => true,
    () => false,
  );

describe.each(STOP_SIGNALS)('%s', (signal) => {
  it('lets a training save, exit 130, though nobody reads its notes any more', async () => {
    const out = `train-${signal}`;
    const { child, finished } = startLatent(words(out, '400'));
    await expect.poll(() => hasSaved(out)).toBe(true);
    // As a terminal that closes: what is written to it fails from now on.
    child.stderr?.destroy();
    child.kill(signal);
    const { code, stdout } = await finished;
    expect(code).toBe(130);
    const { stopped, epochs } = JSON.parse(stdout);
    expect(stopped).toBe('interrupted');
    expect(epochs).toBeLessThan(400);
    expect((await filesBelow(path(out))).has('weights.safetensors')).toBe(true);
  });

  it('turns `sweep` away from its workers, exit 130', async () => {
    const out = `sweep-${signal}`;
    const grid = ['networks=dense-1', `datasets=${data}`, 'epochs=4000'].flatMap((field) => ['--grid', field]);
    const { child, finished } = startLatent(['sweep', ...grid, '--out', path(out)]);
    await expect.poll(async () => (await pidsOf(path(out), 1)).length).toBe(1);
    child.kill(signal);
    const { code, stderr } = await finished;
    expect(code, stderr).toBe(130);
    expect(stderr).toContain('detached; the workers keep running');
    const [worker] = await pidsOf(path(out), 1);
    process.kill(worker, signal);
    await expect.poll(async () => (await pidsOf(path(out), 1)).length).toBe(0);
    expect(await readFile(path(`${out}/workers.log`), 'utf8')).toContain('stopping after this batch and saving');
  });

  it('ends what has nothing to save with exit 130', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const asked = once(silent, 'request');
    const { port } = silent.address() as AddressInfo;
    const env = { LATENT_PLANE_MIRROR: `http://127.0.0.1:${port}`, LATENT_PLANE_CACHE: path(`cache-${signal}`) };
    const { child, finished } = startLatent(['data', 'kmnist', '--fetch'], { env });
    await asked;
    child.kill(signal);
    const { code, stderr } = await finished;
    expect(code, stderr).toBe(130);
    silent.closeAllConnections();
    silent.close();
  });
});
