import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildCommandLine, latent, smallMnist, startLatent, temporaryFolder, writeIdxFolder } from '../runs/testing.ts';
import { pidsOf } from '../sweep/crew.ts';

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
interface Job {
  readonly id: string;
  readonly state: string;
  readonly run: string;
  readonly mse: { readonly all: number } | null;
  readonly config: { readonly recipe: { readonly seed: number } };
  readonly failure?: { readonly code: string };
}
const jobsOf = ({ stdout }: { readonly stdout: string }): readonly Job[] => JSON.parse(stdout).jobs;
const weights = async ({ run }: Job): Promise<string> =>
  (await readFile(join(run, 'weights.safetensors'))).toString('base64');

describe('latent sweep', () => {
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
    expect((await weights({ ...two, run: path('alone') })) === (await weights(two))).toBe(true);

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

  it('comes to the bytes of an undisturbed sweep though its workers are killed', { timeout: 120_000 }, async () => {
    const grid = ['seeds=1..4', 'epochs=60'];
    const calm = await latent(words('calm', ...grid));
    expect(calm.code, calm.stderr).toBe(0);
    const { finished } = startLatent(words('killed', ...grid));
    let over = false;
    void finished.then(() => {
      over = true;
    });
    let kills = 0;
    while (!over && kills < 4) {
      await sleep(700);
      const [pid] = await pidsOf(path('killed'), 2);
      if (pid === undefined) continue;
      process.kill(pid, 'SIGKILL');
      kills += 1;
    }
    const end = await finished;
    expect(end.code, end.stderr).toBe(0);
    expect(kills).toBeGreaterThan(0);
    for (const [i, job] of jobsOf(end).entries())
      expect((await weights(job)) === (await weights(jobsOf(calm)[i])), job.run).toBe(true);
  });

  it('detaches at Ctrl-C while its workers go on, and comes back to the end', { timeout: 120_000 }, async () => {
    const { child, finished } = startLatent(words('left', 'seeds=1..2', 'epochs=150'));
    while ((await pidsOf(path('left'), 2)).length === 0) await sleep(20);
    child.kill('SIGINT');
    const left = await finished;
    expect(left.code).toBe(130);
    expect(left.stderr).toContain(`npx latent sweep --attach --out ${path('left')}`);
    expect(await pidsOf(path('left'), 2)).not.toEqual([]);
    const back = await latent(['sweep', '--attach', '--out', path('left'), '--json']);
    expect(back.code, back.stderr).toBe(0);
    expect(jobsOf(back).map(({ state }) => state)).toEqual(['done', 'done']);
  });

  it('stops its workers where asked, and goes on from what they saved', { timeout: 120_000 }, async () => {
    const grid = ['seeds=1..2', 'epochs=150'];
    const { child, finished } = startLatent(words('stopped', ...grid));
    while ((await pidsOf(path('stopped'), 2)).length === 0) await sleep(20);
    await sleep(500);
    child.kill('SIGINT');
    await finished;
    expect((await latent(['sweep', '--stop', '--out', path('stopped')])).code).toBe(0);
    while ((await pidsOf(path('stopped'), 2)).length > 0) await sleep(20);
    const end = await latent(words('stopped', ...grid));
    expect(end.code, end.stderr).toBe(0);
  });

  it('reports a job that diverges with the list, exit 1, and does not try it for ever', async () => {
    const end = await latent(words('diverging', 'learningRate=0.001,9', 'epochs=20', 'recipes=best'));
    const again = await latent(words('diverging', 'learningRate=0.001,9', 'epochs=20', 'recipes=best'));
    for (const { code, stdout, stderr } of [end, again]) {
      const states = jobsOf({ stdout }).map(({ state, failure }) => [state, failure?.code]);
      if (states[1][0] === 'failed') expect([code, states[1][1]]).toEqual([1, 'diverged']);
      else expect(code, stderr).toBe(0);
      expect(states[0][0]).toBe('done');
    }
  });

  it('reports bad data as the failure of the job, and carries it out again where asked', async () => {
    const bad = await writeIdxFolder(path('bad'), await smallMnist(200, 50));
    const sweep = ['sweep', '--grid', 'networks=dense-1', '--grid', `datasets=${bad}`, '--grid', 'epochs=1'];
    const dry = await latent([...sweep, '--out', path('bad-sweep'), '--dry-run']);
    expect(dry.stdout).toMatch(/^[0-9a-f]{20} {2}dense-1-documented-seed1-/);
    expect(await readdir(folder)).not.toContain('bad-sweep');
    const { child, finished } = startLatent([...sweep, '--out', path('bad-sweep'), '--json']);
    // Once it is planned, and before a worker has read them, the data become others.
    while (!(await stat(join(path('bad-sweep'), 'sweep.json')).catch(() => null))) await sleep(1);
    await writeIdxFolder(bad, await smallMnist(220, 50));
    const end = await finished;
    expect(child.exitCode, end.stderr).toBe(1);
    expect(jobsOf(end)[0].failure?.code).toBe('dataset-changed');
    expect(end.stderr).toMatch(/failed: dense-1-documented-seed1-.*dataset-changed/);
    await writeIdxFolder(bad, await smallMnist(200, 50));
    const mended = await latent(['sweep', '--attach', '--retry-failed', '--out', path('bad-sweep'), '--json']);
    expect(mended.code, mended.stderr).toBe(0);
  });

  it('says what is wrong with its arguments', async () => {
    for (const [given, message] of [
      [['sweep'], 'expected the folder of the sweep'],
      [['sweep', '--out', path('x')], 'expected the YAML file of a sweep'],
      [['sweep', '--attach', '--out', path('x')], 'no-sweep'],
      [['sweep', path('none.yaml')], 'no-file'],
      [['worker'], 'expected where the jobs are'],
    ] as const) {
      const { code, stderr } = await latent(given);
      expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
    }
  });
});
