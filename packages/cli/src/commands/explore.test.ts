import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import {
  type Dataset,
  decodeNpy,
  encodeSets,
  exportKeras,
  initializeParameters,
  parseNetworkFile,
  resolveNetwork,
  shownPlane,
} from 'latent-plane';
import { onlyParts, parameterSlots, parseExplorerIndex, parseExplorerModel } from 'latent-plane/internal';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { openModel } from '../models/index.ts';
import { describeDataset } from '../runs/data.ts';
import { beginRun } from '../runs/lifecycle.ts';
import { contextOn, smallMnist, temporaryFolder, tinyConfig, writeIdxFolder } from '../runs/testing.ts';
import { exploreCommand } from './explore.ts';
import { runnable } from './model-arguments.ts';

let folder = '';
let root = '';
let dataset: Dataset;
const path = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = await temporaryFolder();
  dataset = await smallMnist(200, 20);
  const data = await writeIdxFolder(path('small-mnist'), dataset);
  for (const name of ['one', 'two']) {
    const config = {
      ...tinyConfig(dataset, { seed: name.length + name.charCodeAt(0) }),
      dataset: describeDataset(data, dataset),
    };
    await beginRun(path(name), config, dataset, contextOn(dataset));
  }
  root = path('page');
  await mkdir(root);
  await writeFile(join(root, 'index.html'), '<!doctype html><title>Latent Plane</title>');
});
afterAll(() => rm(folder, { recursive: true, force: true }));
afterEach(() => {
  vi.restoreAllMocks();
});

/** Starts the command; resolves when it says that it is open. */
const explore = async (words: readonly string[], closed?: () => Promise<void>) => {
  let said = '';
  let tell: (url: string) => void = () => undefined;
  const opened = new Promise<string>((resolve) => {
    tell = resolve;
  });
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    said += text;
    const url = /open at (http:\S+)/.exec(said)?.[1];
    if (url && said.includes('Ctrl-C')) tell(url);
    return true;
  });
  const ended = exploreCommand({ root, closed }).parseAsync([...words], { from: 'user' });
  const url = await Promise.race([opened, ended.then(() => Promise.reject(new Error('ended before it was open')))]);
  return { url, ended, said: () => said };
};

const json = async (url: string): Promise<unknown> => (await fetch(url)).json();

describe('latent explore', () => {
  it('serves the page with codes, labels, bounds and error of each model, until it is closed', async () => {
    let close: () => void = () => undefined;
    const closed = new Promise<void>((resolve) => {
      close = resolve;
    });
    const { url, ended, said } = await explore([path('one'), path('two'), '--port', '0'], () => closed);
    expect(said()).toMatch(
      /^Latent Plane is open at http:\/\/127\.0\.0\.1:\d+\/\nIt shows tiny, seed 114; tiny, seed 119 on small-mnist: 220 images\./,
    );
    expect(await (await fetch(url)).text()).toContain('<title>Latent Plane</title>');
    const index = parseExplorerIndex(await json(`${url}data/index.json`));
    // Two runs of one network are told apart by what differs.
    expect(index.networks.map(({ id, title }) => [id, title])).toEqual([
      ['tiny-seed-114', 'For tests (seed 114)'],
      ['tiny-seed-119', 'For tests (seed 119)'],
    ]);
    for (const [id, name] of [
      ['tiny-seed-114', 'one'],
      ['tiny-seed-119', 'two'],
    ]) {
      const model = parseExplorerModel(await json(`${url}data/${id}/model.json`));
      expect(model.dataset).toMatchObject({ name: 'small-mnist', train: 200, test: 20 });
      expect(model.metrics).toMatchObject({ parameters: (await openModel(path(name))).network.parameterCount });
      expect(model.metrics.mse?.all).toBeGreaterThan(0);
      const errors = decodeNpy(new Uint8Array(await (await fetch(`${url}data/${id}/errors.npy`)).arrayBuffer()));
      const mean = Array.from(errors.data).reduce((sum, error) => sum + error, 0) / 220;
      expect([errors.dims, mean]).toEqual([[220], expect.closeTo(model.metrics.mse?.all ?? 0, 7)]);
      const codes = decodeNpy(new Uint8Array(await (await fetch(`${url}data/${id}/codes.npy`)).arrayBuffer()));
      expect(codes.data).toEqual(
        (await encodeSets(await runnable(await openModel(path(name))), [dataset.train, dataset.test])).values,
      );
    }
    const labels = decodeNpy(new Uint8Array(await (await fetch(`${url}data/labels.npy`)).arrayBuffer()));
    expect(Array.from(labels.data)).toEqual([...dataset.train.labels, ...dataset.test.labels]);
    // For a model that is dropped on the page.
    expect(index.images).toEqual({ path: 'images.npy', labels: 'labels.npy', from: 200 });
    const images = decodeNpy(new Uint8Array(await (await fetch(`${url}data/images.npy`)).arrayBuffer()));
    expect([images.dims, Buffer.compare(images.data as Uint8Array, dataset.test.pixels)]).toEqual([[20, 28, 28], 0]);
    close();
    await ended;
    await expect(fetch(url)).rejects.toThrow();
  });

  it('serves a model whose codes are three numbers on a plane through them', async () => {
    const { spec } = parseNetworkFile(
      `
inputShape: [784]
encoder: [{ type: dense, units: 3 }]
decoder: [{ type: dense, units: 784, activation: sigmoid }]
loss: { reconstruction: { type: mse } }`,
      'three.yaml',
    );
    const network = resolveNetwork(spec);
    const values = initializeParameters(network.parameters, 5);
    const weights = new Map(
      parameterSlots(network.parameters).map(({ parameter, offset, length }) => [
        parameter.name,
        values.slice(offset, offset + length),
      ]),
    );
    await writeFile(path('three.keras'), await exportKeras({ network, weights }));
    let close: () => void = () => undefined;
    const closed = new Promise<void>((resolve) => {
      close = resolve;
    });
    const words = [path('three.keras'), '--dataset', path('small-mnist'), '--classifier', 'none', '--port', '0'];
    const { url, ended } = await explore(words, () => closed);
    const [{ path: at }] = parseExplorerIndex(await json(`${url}data/index.json`)).networks;
    const model = parseExplorerModel(await json(`${url}data/${at}`));
    const codes = await encodeSets(await runnable({ network, weights }), [dataset.train, dataset.test]);
    expect(model.plane).toEqual(JSON.parse(JSON.stringify(shownPlane(codes))));
    const served = decodeNpy(
      new Uint8Array(await (await fetch(new URL(model.files.codes, `${url}data/${at}`))).arrayBuffer()),
    );
    expect(served).toEqual({ dims: [220, 3], data: codes.values });
    close();
    await ended;
  });

  it('serves a decoder alone over its prior, and an encoder alone with the images that it places', async () => {
    const { network, weights } = await openModel(path('one'));
    for (const part of ['encoder', 'decoder'] as const)
      await writeFile(path(`${part}.keras`), await exportKeras({ network: onlyParts(network, [part]), weights }));
    const shown = async (...words: readonly string[]) => {
      let close: () => void = () => undefined;
      const closed = new Promise<void>((resolve) => {
        close = resolve;
      });
      const { url, ended, said } = await explore([...words, '--port', '0'], () => closed);
      const { networks } = parseExplorerIndex(await json(`${url}data/index.json`));
      const model = parseExplorerModel(await json(`${url}data/${networks[0].path}`));
      close();
      await ended;
      return { model, said: said() };
    };
    const decoder = await shown(path('decoder.keras'));
    expect(decoder.model).toMatchObject({ half: 'decoder', dataset: { train: 0, test: 0 }, bounds: { min: [-3, -3] } });
    expect(decoder.said).toMatch(/It shows \S*decoder\S*\. Ctrl-C/);
    const within = await shown(path('decoder.keras'), '--bounds=0,1');
    expect(within.model.bounds).toEqual({ min: [0, 0], max: [1, 1] });
    const whole = exploreCommand({ root }).parseAsync([path('one'), '--bounds=0,1'], { from: 'user' });
    await expect(whole).rejects.toThrow(/arguments: --bounds: the page shows all codes of/);
    const encoder = await shown(path('encoder.keras'), '--dataset', path('small-mnist'));
    expect(encoder.model).toMatchObject({ half: 'encoder', dataset: { train: 200, test: 20 } });
    expect(encoder.model.metrics.mse).toBeUndefined();
    const refused = exploreCommand({ root }).parseAsync([path('decoder.keras'), '--dataset', path('small-mnist')], {
      from: 'user',
    });
    await expect(refused).rejects.toThrow(/half-a-model: --dataset .*: a decoder alone takes no images/);
  });

  it('leaves the run folders as they were', async () => {
    const state = async (): Promise<unknown> => {
      const entries = await readdir(path('one'), { recursive: true });
      const files = entries.sort().map(async (name) => {
        const { mtimeMs, size } = await stat(join(path('one'), name));
        return { name, mtimeMs, size };
      });
      return Promise.all(files);
    };
    const before = await state();
    let close: () => void = () => undefined;
    const closed = new Promise<void>((resolve) => {
      close = resolve;
    });
    const { url, ended } = await explore([path('one'), '--port', '0'], () => closed);
    for (const method of ['GET', 'PUT', 'DELETE']) await fetch(`${url}data/tiny/codes.npy`, { method });
    close();
    await ended;
    expect(await state()).toEqual(before);
  });

  it('writes page and data for a static host, and replaces only what it wrote', async () => {
    const site = path('site');
    const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    const exported = () => exploreCommand({ root }).parseAsync([path('one'), '--export', site], { from: 'user' });
    await exported();
    // The list of what was written is not counted.
    const written = (await readdir(site, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
    expect(write.mock.calls.join('')).toMatch(
      new RegExp(`^Wrote ${written.length - 1} files, 0\\.\\d MB, to .*site\\. Any static host serves them`),
    );
    expect(await readFile(join(site, 'index.html'), 'utf8')).toContain('<title>Latent Plane</title>');
    const { files } = JSON.parse(await readFile(join(site, 'data', 'files.json'), 'utf8'));
    for (const [name, sum] of Object.entries(files)) {
      const bytes = await readFile(join(site, 'data', name));
      expect(createHash('sha256').update(bytes).digest('hex')).toBe(sum);
    }
    expect(parseExplorerIndex(JSON.parse(await readFile(join(site, 'data', 'index.json'), 'utf8'))).default).toBe(
      'tiny',
    );

    // What somebody puts there stays, in its place from the first to the last; what an earlier export had alone goes.
    await mkdir(join(site, '.git'));
    await writeFile(join(site, '.git', 'HEAD'), 'ref: refs/heads/main');
    await writeFile(join(site, 'CNAME'), 'plane.example');
    await writeFile(join(root, 'new.txt'), 'of the page');
    await exported();
    expect(await readdir(site)).toContain('new.txt');
    await rm(join(root, 'new.txt'));
    await exported();
    expect(await readdir(site)).not.toContain('new.txt');
    expect(await readFile(join(site, '.git', 'HEAD'), 'utf8')).toBe('ref: refs/heads/main');
    expect(await readFile(join(site, 'CNAME'), 'utf8')).toBe('plane.example');
    // A file of ours that somebody changed is theirs by now.
    await writeFile(join(site, 'index.html'), 'mine');
    await expect(exported()).rejects.toMatchObject({ code: 'file-changed', kind: 'input' });
    await expect(exported()).rejects.toThrow(/site\/index\.html: .*--force/);
    expect(await readFile(join(site, 'index.html'), 'utf8')).toBe('mine');
    await exploreCommand({ root }).parseAsync([path('one'), '--export', site, '--force'], { from: 'user' });
    expect(await readFile(join(site, 'index.html'), 'utf8')).toContain('<title>Latent Plane</title>');
    expect(await readFile(join(site, 'CNAME'), 'utf8')).toBe('plane.example');

    await mkdir(path('photos'));
    await writeFile(join(path('photos'), 'me.jpg'), 'mine');
    for (const [folder, code] of [
      [path('photos'), 'folder-not-empty'],
      [join(path('photos'), 'me.jpg'), 'not-a-folder'],
    ]) {
      const refused = exploreCommand({ root }).parseAsync([path('one'), '--export', folder], { from: 'user' });
      await expect(refused).rejects.toMatchObject({ code, kind: 'input' });
    }
    expect(await readdir(path('photos'))).toEqual(['me.jpg']);
    expect((await readdir(folder)).filter((name) => name.startsWith('site'))).toEqual(['site']);
  });

  it('ends well on Ctrl-C', async () => {
    const { url, ended } = await explore([path('one'), '--port', '0']);
    expect((await fetch(url)).status).toBe(200);
    process.emit('SIGINT', 'SIGINT');
    await ended;
    await expect(fetch(url)).rejects.toThrow();
  });

  it('refuses a port that is taken, before it does the work', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as AddressInfo;
    const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    const started = exploreCommand({ root }).parseAsync([path('one'), '--port', String(port)], { from: 'user' });
    await expect(started).rejects.toMatchObject({ code: 'port-taken', kind: 'input' });
    expect(write).not.toHaveBeenCalled();
    other.close();
  });

  it('says what to do where the page is not built', async () => {
    const started = exploreCommand({ root: path('nowhere') }).parseAsync([path('one'), '--port', '0'], {
      from: 'user',
    });
    await expect(started).rejects.toMatchObject({ code: 'explorer-not-built', kind: 'work' });
  });
});
