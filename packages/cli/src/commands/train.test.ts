import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Dataset } from 'latent-plane';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openModel } from '../models/index.ts';
import {
  buildCommandLine,
  filesBelow,
  latent,
  smallMnist,
  startLatent,
  temporaryFolder,
  writeIdxFolder,
} from '../runs/testing.ts';
import { killAndResume, nextEpoch } from '../testing/kills.ts';

let folder = '';
let data = '';
let dataset: Dataset;
beforeAll(async () => {
  await buildCommandLine();
  folder = await temporaryFolder();
  dataset = await smallMnist(1000, 100);
  data = await writeIdxFolder(join(folder, 'small-mnist'), dataset);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const path = (name: string): string => join(folder, name);
const words = (out: string, ...more: string[]): string[] => [
  'train',
  'dense-1',
  '--dataset',
  data,
  '--seed',
  '5',
  '--threads',
  '1',
  '--out',
  path(out),
  ...more,
];
const bytes = async (out: string, file: string): Promise<string> =>
  (await readFile(join(path(out), file))).toString('base64');

describe('latent train', () => {
  it('killed at 20 random moments resumes to the bytes of a run never killed', async () => {
    const options = ['--epochs', '100', '--checkpoint-every', '30'];
    const unkilled = await latent(words('unkilled', ...options, '--json'));
    expect(unkilled.code, unkilled.stderr).toBe(0);
    const kills = await killAndResume(words('killed', ...options, '--resume'), {
      run: path('killed'),
      epochMs: (1000 * JSON.parse(unkilled.stdout).seconds) / 100,
      kills: 20,
    });
    expect(kills).toBeGreaterThan(5);
    const last = await latent(words('killed', ...options, '--resume', '--json'));
    expect(last.code, last.stderr).toBe(0);
    expect(JSON.parse(last.stdout)).toMatchObject({ epochs: 100, stopped: 'finished' });
    for (const file of [
      'weights.safetensors',
      'history.jsonl',
      'checkpoints/last.safetensors',
      'checkpoints/epoch-0030.safetensors',
      'checkpoints/epoch-0090.safetensors',
    ]) {
      expect((await bytes('killed', file)) === (await bytes('unkilled', file)), file).toBe(true);
    }
    expect([...(await filesBelow(path('killed'))).keys()]).toEqual([...(await filesBelow(path('unkilled'))).keys()]);
  });

  it('prints one JSON document with the fields of the contract, and progress on standard error alone', async () => {
    const { code, stdout, stderr } = await latent(
      words('json', '--epochs', '2', '--validation-split', '0.1', '--json'),
    );
    expect(code).toBe(0);
    const report = JSON.parse(stdout);
    expect(Object.keys(report)).toEqual([
      'run',
      'id',
      'dataset',
      'recipe',
      'seed',
      'epochs',
      'bestEpoch',
      'loss',
      'valLoss',
      'seconds',
      'imagesPerSecond',
      'stopped',
    ]);
    expect(report).toMatchObject({
      run: path('json'),
      id: 'dense-1',
      dataset: 'small-mnist',
      recipe: 'documented',
      seed: 5,
      epochs: 2,
      bestEpoch: 2,
      stopped: 'finished',
    });
    expect(report.loss).toBeGreaterThan(0.05);
    expect(report.valLoss).toBeGreaterThan(0.05);
    expect(report.imagesPerSecond).toBeGreaterThan(0);
    expect(stderr).toMatch(/^epoch 1\/2: loss 0\.\d+, validation 0\.\d+, /m);
    expect(stderr).toMatch(/epoch 2\/2: .*\n.*finished after 2 epochs/);
  });

  it('makes a folder that opens as a model, with its config, card and figures', async () => {
    expect((await latent(words('model', '--epochs', '1'))).code).toBe(0);
    const model = await openModel(path('model'));
    expect(model).toMatchObject({ id: 'dense-1', epoch: 1, metrics: { stopped: 'finished', epochs: 1 } });
    expect(model.weights.get('encoder/dense/kernel')).toHaveLength(784 * 128);
    expect(model.config).toMatchObject({
      command: 'train',
      recipe: { epochs: 1, seed: 5 },
      overrides: { epochs: 1 },
      threads: 1,
      dataset: { argument: data, train: 1000 },
    });
    const card = await readFile(join(path('model'), 'README.md'), 'utf8');
    expect(card).toContain(
      `npx latent train dense-1 --dataset ${data} --recipe documented --seed 5 --epochs 1 --threads 1`,
    );
    expect(await readdir(join(path('model'), 'charts'))).toEqual(['training-curves.png', 'training-curves.svg']);
  });

  it('stops at Ctrl-C with exit 130, says how to continue, and resumes to the same bytes', async () => {
    const interrupt = async (epochs: number) => {
      const { child, finished } = startLatent(words('interrupted', '--epochs', String(epochs), '--json'));
      await nextEpoch(path('interrupted'), finished);
      child.kill('SIGINT');
      return { ...(await finished), options: ['--epochs', String(epochs)] };
    };
    let end = await interrupt(30);
    // Done before it was told: it gets more to do.
    for (let epochs = 120; end.code === 0; epochs *= 4) {
      await rm(path('interrupted'), { recursive: true });
      end = await interrupt(epochs);
    }
    const { code, stdout, stderr, options } = end;
    expect(code).toBe(130);
    expect(stderr).toContain(`resume with: npx latent train --resume ${path('interrupted')}`);
    expect(JSON.parse(stdout).stopped).toBe('interrupted');
    expect((await openModel(path('interrupted'))).metrics?.stopped).toBe('interrupted');
    const resumed = await latent(['train', '--resume', path('interrupted')]);
    expect(resumed.code, resumed.stderr).toBe(0);
    expect((await latent(words('uninterrupted', ...options))).code).toBe(0);
    for (const file of ['weights.safetensors', 'history.jsonl'])
      expect((await bytes('interrupted', file)) === (await bytes('uninterrupted', file)), file).toBe(true);
  });

  it('is told that a live run holds the folder, and of two that start together one trains', async () => {
    const { child, finished } = startLatent(words('live', '--epochs', '100000'));
    await nextEpoch(path('live'), finished);
    const second = await latent(['train', '--resume', path('live')]);
    expect(second.code).toBe(2);
    expect(second.stderr).toMatch(new RegExp(`^error: run-locked: .* process ${child.pid}`));
    child.kill('SIGKILL');
    await finished;
    const both = await Promise.all([latent(words('race', '--epochs', '1')), latent(words('race', '--epochs', '1'))]);
    expect(both.map(({ code }) => code).sort(), both.map(({ stderr }) => stderr).join()).toEqual([0, 2]);
  });

  it('refuses a folder with a run and says the choice; a run that has ended is left as it is', async () => {
    expect((await latent(words('ended', '--epochs', '1'))).code).toBe(0);
    const before = await filesBelow(path('ended'));
    const again = await latent(words('ended', '--epochs', '1'));
    expect(again.code).toBe(2);
    expect(again.stderr).toMatch(/^error: run-exists: .*--resume.*--out/);
    const resumed = await latent(words('ended', '--epochs', '1', '--resume', '--json'));
    expect(resumed.code).toBe(0);
    expect(resumed.stderr).toContain('nothing to do');
    expect(JSON.parse(resumed.stdout)).toMatchObject({ epochs: 1, stopped: 'finished' });
    const other = await latent(words('ended', '--batch-size', '7', '--resume'));
    expect(other.code).toBe(2);
    expect(other.stderr).toMatch(/^error: other-run: .*--batch-size \d+, not 7/);
    expect(resumed.stderr).toContain(`more epochs: npx latent train --resume ${path('ended')} --epochs N`);
    const after = await filesBelow(path('ended'));
    expect([...after].filter(([name, content]) => !before.get(name)?.equals(content))).toEqual([]);
  });

  it('gives an ended run more epochs with Adam, in each way to name it, and repeats it from its card', async () => {
    expect((await latent(words('longer', '--epochs', '2'))).code).toBe(0);
    const ways = [
      ['train', '--resume', path('longer'), '--epochs', '3'],
      ['train', path('longer'), '--resume', '--epochs', '4'],
      words('longer', '--epochs', '5', '--resume'),
    ];
    for (const [i, way] of ways.entries()) {
      const { code, stdout, stderr } = await latent(way.includes('--json') ? way : [...way, '--json']);
      expect(code, stderr).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({ epochs: 3 + i, stopped: 'finished' });
    }
    expect((await latent(words('planned', '--epochs', '5'))).code).toBe(0);
    for (const file of ['weights.safetensors', 'history.jsonl', 'checkpoints/last.safetensors'])
      expect((await bytes('longer', file)) === (await bytes('planned', file)), file).toBe(true);

    const card = await readFile(join(path('longer'), 'README.md'), 'utf8');
    const again = /^npx latent train .*$/m.exec(card)?.[0].split(' && ') ?? [];
    expect(again).toHaveLength(4);
    for (const line of again) {
      const typed = line
        .replaceAll(' DIR', ` ${path('repeated')}`)
        .split(' ')
        .slice(2);
      expect((await latent(typed)).code, line).toBe(0);
    }
    for (const file of ['weights.safetensors', 'history.jsonl', 'checkpoints/last.safetensors'])
      expect((await bytes('repeated', file)) === (await bytes('longer', file)), file).toBe(true);
    expect(await openModel(path('repeated'))).toMatchObject({ epoch: 5, metrics: { epochs: 5 } });

    const fewer = await latent(['train', '--resume', path('longer'), '--epochs', '4']);
    expect([fewer.code, fewer.stderr]).toEqual([2, expect.stringMatching(/^error: epochs-done: .*more than 5/)]);
    const bare = await latent(['train', path('longer'), '--epochs', '9']);
    expect([bare.code, bare.stderr]).toEqual([2, expect.stringContaining(`--resume ${path('longer')} --epochs N`)]);
  });

  it('says that --init begins with a fresh Adam, and how a run that can be resumed is trained longer', async () => {
    expect((await latent(words('able', '--epochs', '1'))).code).toBe(0);
    const heir = await latent(words('heir-of-run', '--epochs', '1', '--init', path('able')));
    expect(heir.stderr).toContain(`note: --init takes the weights of ${path('able')} alone: the optimiser begins anew`);
    expect(heir.stderr).toContain(`with the optimiser's state: npx latent train --resume ${path('able')} --epochs N`);
    await rm(path('able/checkpoints'), { recursive: true });
    const other = await latent(words('heir-of-weights', '--epochs', '1', '--init', path('able')));
    expect(other.stderr).toContain('the optimiser begins anew');
    expect(other.stderr).not.toContain('--resume');
  });

  it('that diverges exits 1, keeps the last good weights and says what to try', async () => {
    // The exponential of the divergence reaches infinity within a few steps of this size.
    const { code, stdout, stderr } = await latent([
      'train',
      'vae-1',
      '--dataset',
      data,
      '--batch-size',
      '50',
      '--learning-rate',
      '10',
      '--out',
      path('diverged'),
      '--json',
    ]);
    expect(JSON.parse(stdout).stopped).toBe('diverged');
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /error: diverged: .*in epoch \d+, batch \d+, the loss became .*\ntry a lower learning rate than 10/,
    );
    const { weights } = await openModel(path('diverged'));
    for (const values of weights.values()) expect(values.every(Number.isFinite)).toBe(true);
    expect((await latent(['train', '--resume', path('diverged')])).code).toBe(1);
  });

  it('begins with the weights of another model, and needs it no more when it continues', async () => {
    expect((await latent(words('origin', '--epochs', '2'))).code).toBe(0);
    const { child, finished } = startLatent(words('heir', '--epochs', '50', '--init', path('origin')));
    await nextEpoch(path('heir'), finished);
    child.kill('SIGINT');
    await finished;
    const [first] = (await readFile(join(path('heir'), 'history.jsonl'), 'utf8')).split('\n');
    const [, second] = (await readFile(join(path('origin'), 'history.jsonl'), 'utf8')).split('\n');
    expect(JSON.parse(first).loss).toBeLessThan(JSON.parse(second).loss);
    await rm(path('origin'), { recursive: true });
    expect((await latent(['train', '--resume', path('heir')])).code).toBe(0);
  });

  it('takes smaller batches than the recipe where there are no more images, and says so', async () => {
    const { code, stderr } = await latent([
      ...['train', 'vae-1', '--dataset', data, '--epochs', '1', '--threads', '1', '--out', path('fitted'), '--json'],
    ]);
    expect(code, stderr).toBe(0);
    expect(stderr).toContain("note: batches of 880 images instead of the recipe's 2048");
    expect(JSON.parse(await readFile(join(path('fitted'), 'config.json'), 'utf8')).recipe.batchSize).toBe(880);
    expect((await latent(['train', '--resume', path('fitted'), '--epochs', '2'])).code).toBe(0);
  });

  it('refuses wrong and contradictory options with exit 2 and one clear line', async () => {
    const rows: readonly (readonly [string[], RegExp])[] = [
      [['dense-1', '--epochs', 'x'], /--epochs: expected a whole number from 1 to 1000000, got "x"/],
      [['dense-1', '--epochs', '0'], /--epochs: expected .*, got "0"/],
      [['dense-1', '--epochs', '1.5'], /--epochs: expected .*, got "1.5"/],
      [['dense-1', '--seed', '-1'], /--seed: expected a whole number of 0 or more, got "-1"/],
      [['dense-1', '--learning-rate', '0'], /--learning-rate: expected a number above 0, at most 10, got "0"/],
      [['dense-1', '--validation-split', '1'], /--validation-split: expected a share from 0 to 0.9, got "1"/],
      [['dense-1', '--recipe', 'mine'], /--recipe: expected "documented", "best", or a recipe's file, .*, got "mine"/],
      [['dense-1', '--batch-size', '1001', '--dataset', data, '--out', path('none')], /batch-size: .*1001.*1000/],
      [['dense-1', '--epoch', '1'], /unknown option '--epoch'; Did you mean --epochs/],
      [['dense-1', '--dataset', path('nowhere')], /dataset-unknown/],
      [['dens-1'], /unknown-network: .*did you mean "dense-1"/],
      [['convdense-2-tuned'], /npx latent tune-decoder convdense-2 --decoder dense-2/],
      [['--resume', path('nowhere')], /no-run/],
      [['--resume', path('a'), '--out', path('b')], /--resume .* and --out .* name two folders/],
      [[], /expected the id of a network, its file, a run folder, or --resume DIR/],
      [['dense-1', '--init', path('nowhere'), '--out', path('no-init')], /unknown-model/],
      [['dense-1', '--out', data], /folder-not-empty/],
    ];
    const results = await Promise.all(rows.map(([options]) => latent(['train', ...options], { cwd: folder })));
    for (const [i, { code, stderr, stdout }] of results.entries()) {
      expect(stderr).toMatch(rows[i][1]);
      expect(code, stderr).toBe(2);
      expect(stdout).toBe('');
      expect(stderr.trim().split('\n').length).toBeLessThanOrEqual(2);
      expect(stderr).not.toMatch(/^ {4}at /m);
    }
    expect(existsSync(join(folder, 'runs'))).toBe(false);
  });
});

describe('latent', () => {
  it('tells its version, its commands, and a slip of the keys', async () => {
    const [version, help, slip] = await Promise.all([latent(['--version']), latent([]), latent(['trian'])]);
    expect(version.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(help).toMatchObject({ code: 0 });
    expect(help.stdout).toMatch(/train .*\n[\s\S]*tune-decoder/);
    expect(slip).toMatchObject({
      code: 2,
      stderr: "error: arguments: unknown command 'trian'; Did you mean train?\nSee: npx latent --help\n",
    });
  });

  it('shows where an error came from only with --debug', async () => {
    expect((await latent(['train', 'none'])).stderr).not.toContain('at ');
    expect((await latent(['train', 'none', '--debug'])).stderr).toMatch(/\n {4}at /);
  });
});

const mounts = process.platform === 'linux' && process.getuid?.() === 0;

describe.runIf(mounts)('latent train on a small tmpfs (only where it can be mounted)', () => {
  it('exits 1 when the disk is full, keeps the last checkpoint, and continues when there is room', async ({ skip }) => {
    const disk = path('disk');
    await mkdir(disk);
    // Room for the state, twice: the old one and the new one. Then somebody else fills the disk.
    if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'none', disk]).status !== 0)
      skip('no tmpfs can be mounted here');
    try {
      const fillUp = async (epochs: number) => {
        const { finished } = startLatent(words('disk/run', '--epochs', String(epochs)));
        await nextEpoch(path('disk/run'), finished);
        await nextEpoch(path('disk/run'), finished);
        await writeFile(join(disk, 'ballast'), Buffer.alloc(9e6)).catch(() => undefined);
        return { ...(await finished), epochs: String(epochs) };
      };
      let end = await fillUp(40);
      // Done before the disk was full: it gets more to do.
      for (let epochs = 160; end.code === 0; epochs *= 4) {
        await rm(join(disk, 'ballast'));
        await rm(join(disk, 'run'), { recursive: true });
        end = await fillUp(epochs);
      }
      const { code, stderr, epochs } = end;
      expect(stderr).toMatch(
        /error: no-space: .*no space left.*\nWhat was saved before is whole: resume from there with: npx latent train --resume/,
      );
      expect(code).toBe(1);
      expect([...(await filesBelow(join(disk, 'run'))).keys()].filter((name) => /tmp$|lock/.test(name))).toEqual([]);
      await rm(join(disk, 'ballast'));
      const resumed = await latent(['train', '--resume', join(disk, 'run')]);
      expect(resumed.code, resumed.stderr).toBe(0);
      expect((await latent(words('whole', '--epochs', epochs))).code).toBe(0);
      expect((await bytes('disk/run', 'weights.safetensors')) === (await bytes('whole', 'weights.safetensors'))).toBe(
        true,
      );
    } finally {
      spawnSync('umount', [disk]);
    }
  });
});
