import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lockRun } from '../runs/lock.ts';
import {
  buildCommandLine,
  type Finished,
  latent,
  smallMnist,
  startLatent,
  temporaryFolder,
  writeIdxFolder,
} from '../runs/testing.ts';
import { sweepPaths } from '../sweep/layout.ts';
import { type Job, jobsOf, sameWeights } from '../sweep/testing.ts';
import { pidsOf } from '../sweep/worker-pool.ts';

let folder = '';
let data = '';
beforeAll(async () => {
  await buildCommandLine();
  folder = await temporaryFolder();
  data = await writeIdxFolder(join(folder, 'small-mnist'), await smallMnist(1000, 100));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const path = (name: string): string => join(folder, name);
const words = (out: string, ...grid: string[]): string[] => [
  'sweep',
  ...['networks=dense-1', `datasets=${data}`, ...grid].flatMap((field) => ['--grid', field]),
  '--out',
  path(out),
  '--json',
];
const weights = async (run: string): Promise<string> =>
  (await readFile(join(run, 'weights.safetensors'))).toString('base64');

/** Whether there was still somebody to kill. */
const killed = (pid: number): boolean => {
  try {
    return process.kill(pid, 'SIGKILL');
  } catch {
    return false;
  }
};

describe('latent sweep', () => {
  it('lowers the batch of a recipe to as many images as there are, and says so', async () => {
    const few = await writeIdxFolder(path('few'), await smallMnist(90, 20));
    const file = fileURLToPath(new URL('../../../../examples/pytorch-vae.yaml', import.meta.url));
    const grid = [`networks=${file}`, `datasets=${few}`, 'epochs=1'].flatMap((field) => ['--grid', field]);
    const finished = await latent(['sweep', ...grid, '--out', path('few-sweep'), '--json']);
    expect(finished.code, finished.stderr).toBe(0);
    expect(finished.stderr).toContain("note: pytorch-vae: batches of 90 images instead of the recipe's 128");
    expect(jobsOf(finished)[0]).toMatchObject({ state: 'done', config: { recipe: { batchSize: 90 } } });
  });

  it('trains every job to the bytes of `train`, nothing twice, and of an added seed that seed alone', async () => {
    const file = path('grid.yaml');
    await writeFile(file, `networks: dense-1\ndatasets: ${data}\nepochs: 2\nseeds: [1, 2]\n`);
    const first = await latent(['sweep', file, '--out', path('grid'), '--json', '--csv', path('grid.csv')]);
    expect(first.code, first.stderr).toBe(0);
    expect(Object.keys(JSON.parse(first.stdout))).toEqual(['sweep', 'jobs', 'seconds']);
    const [one, two] = jobsOf(first);
    expect(Object.keys(one)).toEqual(['id', 'config', 'state', 'run', 'mse']);
    expect([one.state, two.state]).toEqual(['done', 'done']);
    expect(one.mse?.all).toBeGreaterThan(0.02);
    expect((await readFile(path('grid.csv'), 'utf8')).trim().split('\n')).toHaveLength(3);

    const alone = ['train', 'dense-1', '--dataset', data, '--epochs', '2', '--seed', '2', '--threads', '1'];
    expect((await latent([...alone, '--out', path('alone')])).code).toBe(0);
    expect((await weights(path('alone'))) === (await weights(two.run))).toBe(true);

    const mtime = async (job: Job) => (await stat(join(job.run, 'weights.safetensors'))).mtimeMs;
    const before = [await mtime(one), await mtime(two)];
    const again = await latent(['sweep', file, '--grid', 'seeds=1..3', '--out', path('grid'), '--json']);
    expect(again.code, again.stderr).toBe(0);
    expect(jobsOf(again).map(({ config }) => config.recipe.seed)).toEqual([1, 2, 3]);
    expect([await mtime(one), await mtime(two)]).toEqual(before);

    const compared = await latent(['compare', path('grid'), '--json', '--svg', path('grid.svg')]);
    expect(compared.code, compared.stderr).toBe(0);
    expect(JSON.parse(compared.stdout)).toMatchObject({ cells: [{ network: 'dense-1', jobs: 3, mse: { count: 3 } }] });
    expect(await readFile(path('grid.svg'), 'utf8')).toContain('lowest median');
  });

  it('comes to the bytes of an undisturbed sweep though its workers are killed', async () => {
    const grid = ['seeds=1..3', 'epochs=20'];
    const calm = await latent(words('calm', ...grid));
    expect(calm.code, calm.stderr).toBe(0);
    const { child, finished } = startLatent(words('killed', ...grid));
    let kills = 0;
    while (child.exitCode === null && kills < 3) {
      const [pid] = await pidsOf(path('killed'), 2);
      const began = (await readdir(path('killed/runs')).catch(() => [])).length;
      if (pid === undefined || began <= kills) await sleep(20);
      else if (killed(pid)) kills += 1;
    }
    const end = await finished;
    expect(end.code, end.stderr).toBe(0);
    expect(kills).toBeGreaterThan(0);
    expect(await sameWeights(jobsOf(end), jobsOf(calm))).toBe(true);
  });

  it('says why where the disk is full, and loses nothing by it', async () => {
    const grid = ['seeds=1..2', 'epochs=2'];
    // The state of a run is 3.4 MB.
    const full = await latent(words('full', ...grid), { fileSizeKb: 2000 });
    expect(full.code).toBe(1);
    expect(full.stderr).toMatch(/workers-lost: .*the last of them with\nwrite-failed: .*last\.safetensors/);
    const end = await latent(words('full', ...grid));
    expect(end.code, end.stderr).toBe(0);
    expect(jobsOf(end).map(({ state }) => state)).toEqual(['done', 'done']);
  });

  it('detaches at Ctrl-C while its workers keep running, and comes back to the end', async () => {
    const leave = async (epochs: number): Promise<Finished> => {
      const { child, finished } = startLatent(words('left', 'seeds=1..2', `epochs=${epochs}`));
      while (child.exitCode === null && (await pidsOf(path('left'), 2)).length === 0) await sleep(20);
      child.kill('SIGINT');
      return finished;
    };
    let left = await leave(60);
    // Done before it was told: it gets more to do.
    for (let epochs = 240; left.code === 0 || (await pidsOf(path('left'), 2)).length === 0; epochs *= 4) {
      await rm(path('left'), { recursive: true });
      left = await leave(epochs);
    }
    expect(left.code).toBe(130);
    expect(left.stderr).toContain(`npx latent sweep --attach --out ${path('left')}`);
    const back = await latent(['sweep', '--attach', '--out', path('left'), '--json']);
    expect(back.code, back.stderr).toBe(0);
    expect(jobsOf(back).map(({ state }) => state)).toEqual(['done', 'done']);
  });

  it('stops its workers where asked, and resumes from what they saved', async () => {
    const grid = ['seeds=1..2', 'epochs=60'];
    const { child, finished } = startLatent(words('stopped', ...grid));
    while (child.exitCode === null && (await pidsOf(path('stopped'), 2)).length === 0) await sleep(20);
    child.kill('SIGINT');
    await finished;
    expect((await latent(['sweep', '--stop', '--out', path('stopped')])).code).toBe(0);
    while ((await pidsOf(path('stopped'), 2)).length > 0) await sleep(20);
    const end = await latent(words('stopped', ...grid));
    expect(end.code, end.stderr).toBe(0);
  });

  it('reports jobs that fail for their own reason with the list, exit 1, once', async () => {
    // The rate is absurd; batches of 2048, which were asked for, are larger than the data set.
    const grid = ['networks=convdense-2', 'learningRate=0.001,10', 'batchSize=100,2048', 'epochs=1'];
    const end = await latent(words('failing', ...grid));
    const rows = jobsOf(end).map(({ state, failure }) => failure?.code ?? state);
    expect(rows.sort()).toEqual(['batch-size', 'batch-size', 'diverged', 'done']);
    expect(end.code).toBe(1);
    expect(end.stderr).toMatch(
      /^failed: convdense-2-.*no number any more in epoch 1, .* a lower learningRate than 10$/m,
    );
    expect(end.stderr.match(/^failed: /gm)).toHaveLength(3);
    // A worker writes its line as it leaves, which may be after the sweep has ended.
    const carriedOut = async (): Promise<number> =>
      [...(await readFile(path('failing/workers.log'), 'utf8')).matchAll(/ran (\d+) job/g)].reduce(
        (sum, [, count]) => sum + Number(count),
        0,
      );
    await expect.poll(carriedOut).toBe(4);
    const again = await latent(words('failing', ...grid));
    expect([again.code, jobsOf(again)]).toEqual([1, jobsOf(end)]);
    expect(await carriedOut()).toBe(4);
  });

  it('collects what has ended into another folder, once, and never over something else', async () => {
    const grid = ['seeds=1..2', 'epochs=1'];
    const from = await latent(words('far', ...grid));
    expect(from.code, from.stderr).toBe(0);
    const collect = ['sweep', '--collect', path('near'), '--out', path('far'), '--json'];
    const states = ({ stdout }: { readonly stdout: string }): string[] =>
      JSON.parse(stdout).jobs.map(({ state }: Job) => state);
    await mkdir(path(`near/runs/${basename(jobsOf(from)[1].run)}`), { recursive: true });
    const mine = path(`near/runs/${basename(jobsOf(from)[1].run)}/notes.txt`);
    await writeFile(mine, 'mine');
    const first = await latent(collect);
    expect([first.code, states(first)]).toEqual([1, ['brought', 'refused']]);
    expect(first.stderr).toMatch(/^refused: .*run-differs: .*it has no config\.json/m);
    expect(await readFile(mine, 'utf8')).toBe('mine');
    await rm(mine);
    const second = await latent(collect);
    expect([second.code, states(second)]).toEqual([0, ['there', 'brought']]);
    // Damaged where it was trained: it does not come.
    await writeFile(join(jobsOf(from)[0].run, 'weights.safetensors'), 'damaged');
    await rm(path('near'), { recursive: true });
    const third = await latent(collect);
    expect([third.code, states(third)]).toEqual([1, ['refused', 'brought']]);
    expect(third.stderr).toContain('but its weights are others; drop it');
    const compared = await latent(['compare', path('near'), '--json']);
    expect(JSON.parse(compared.stdout).cells[0]).toMatchObject({ jobs: 2, mse: { count: 1 } });

    // A second sweep comes beside the first.
    expect((await latent(words('more', 'seeds=3', 'epochs=1'))).code).toBe(0);
    const beside = await latent(['sweep', '--collect', path('near'), '--out', path('more')]);
    expect([beside.code, beside.stdout]).toEqual([0, `${path('near')}: 1 brought\n`]);
    expect(JSON.parse((await latent(['compare', path('near'), '--json'])).stdout).cells[0].jobs).toBe(3);
  });

  it('reports bad data as the failure of the job, and carries it out again where asked', async () => {
    const bad = await writeIdxFolder(path('bad'), await smallMnist(200, 50));
    const sweep = ['sweep', '--grid', 'networks=dense-1', '--grid', `datasets=${bad}`, '--grid', 'epochs=1'];
    const dry = await latent([...sweep, '--dry-run']);
    expect(dry.stdout).toMatch(/^[0-9a-f]{20} {2}dense-1-documented-seed1-/);
    expect(dry.stderr).toBe(`1 job, with network dense-1, dataset ${bad}, epochs 1\n`);
    expect(await readdir(folder)).not.toContain('bad-sweep');
    // Once it is planned, and before a worker has read them, the data become others: its worker is held back until then.
    const first = sweepPaths(path('bad-sweep')).worker(0);
    await mkdir(first, { recursive: true });
    const lock = await lockRun(first);
    const { child, finished } = startLatent([...sweep, '--workers', '1', '--out', path('bad-sweep'), '--json']);
    while (child.exitCode === null && !(await stat(sweepPaths(path('bad-sweep')).plan).catch(() => null)))
      await sleep(20);
    await writeIdxFolder(bad, await smallMnist(220, 50));
    await lock.release();
    const end = await finished;
    expect(child.exitCode, end.stderr).toBe(1);
    expect(jobsOf(end)[0].failure?.code).toBe('dataset-changed');
    expect(end.stderr).toMatch(/failed: dense-1-documented-seed1-.*dataset-changed/);
    await writeIdxFolder(bad, await smallMnist(200, 50));
    const mended = await latent(['sweep', '--attach', '--retry-failed', '--out', path('bad-sweep'), '--json']);
    expect(mended.code, mended.stderr).toBe(0);
  });

  it('lists its jobs without a folder, with what differs between them, and writes nothing', async () => {
    const grid = ['epochs=1,2', 'learningRate=0.001,0.01', 'seeds=1..2'].flatMap((field) => ['--grid', field]);
    const words = ['sweep', '--grid', 'networks=dense-1', '--grid', `datasets=${data}`, ...grid, '--dry-run'];
    const before = await readdir(folder);
    const { code, stdout, stderr } = await latent(words, { cwd: folder });
    expect(code, stderr).toBe(0);
    const lines = stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(8);
    for (const line of lines)
      expect(line).toMatch(
        /^[0-9a-f]{20} {2}dense-1-documented-seed[12]-[0-9a-f]{8} {2}epochs [12] {2}learningRate 0\.0{0,1}01$/,
      );
    expect(new Set(lines.map((line) => line.slice(22).replace(/-[0-9a-f]{8} /, ' '))).size).toBe(8);
    expect(stderr).toBe(`8 jobs, with network dense-1, dataset ${data}\n`);
    const { jobs } = JSON.parse((await latent([...words, '--json'], { cwd: folder })).stdout);
    expect(jobs).toHaveLength(8);
    expect(jobs[0]).toMatchObject({ state: 'waiting', mse: null, run: expect.stringMatching(/^runs\/dense-1-/) });
    expect(await readdir(folder)).toEqual(before);
  });

  it('says what is wrong with its arguments', async () => {
    const rows: readonly (readonly [string[], string])[] = [
      [['sweep'], 'expected the folder of the sweep'],
      [['sweep', '--out', path('x')], 'expected the YAML file of a sweep'],
      [['sweep', '--attach', '--out', path('x')], 'no-sweep'],
      [['sweep', path('none.yaml')], 'no-file'],
      [['sweep', '--collect', path('x')], 'expected the folder of the sweep'],
      [['sweep', '--collect', path('x'), '--out', path('x')], 'expected another folder'],
      [['sweep', '--nats', 'nats://me:secret@127.0.0.1', '--grid', 'networks=dense-1', '--out', path('x')], '***@127'],
      [['worker'], 'expected where the jobs are'],
    ];
    const ends = await Promise.all(rows.map(([given]) => latent(given)));
    ends.forEach(({ code, stderr }, i) => {
      expect([code, stderr]).toEqual([2, expect.stringContaining(rows[i][1])]);
    });
  });
});
