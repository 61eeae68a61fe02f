import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const at = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latent-plane-start-'));
  // Says who it is, serves until it is asked to stop, and takes a moment for it.
  await writeFile(
    join(folder, 'serve.mjs'),
    `import { writeFileSync } from 'node:fs';
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => setTimeout(() => process.exit(7), 50));
    setInterval(() => undefined, 1000);
    writeFileSync(process.argv[2], String(process.pid));`,
  );
  await writeFile(
    join(folder, 'start.mjs'),
    `const { runWhileAlive } = await import(${JSON.stringify(new URL('child.mjs', import.meta.url).href)});
    const { code } = await runWhileAlive(process.execPath, ['serve.mjs', process.argv[2]]);
    process.exitCode = code;`,
  );
  await writeFile(join(folder, 'package.json'), '{"name":"start","private":true,"scripts":{"start":"node start.mjs"}}');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const isThere = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

/** Starts it, and waits until the server says that it is there. */
const started = async (name: string, command: string, args: readonly string[]) => {
  const file = join(folder, `${name}.pid`);
  const child = spawn(command, [...args, file], { cwd: folder, stdio: 'ignore' });
  const ended = once(child, 'exit');
  const pidOf = (): Promise<number> => readFile(file, 'utf8').then(Number, () => 0);
  await expect.poll(pidOf).toBeGreaterThan(0);
  return { child, ended, server: await pidOf() };
};

const kill = ({ pid }: ChildProcess, signal: NodeJS.Signals): boolean => process.kill(pid ?? 0, signal);

// Windows has no signals that a process could pass on.
describe.skipIf(process.platform === 'win32')('what a script runs', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'ends at %s to the script alone, which waits for it',
    async (signal) => {
      const { child, ended, server } = await started(signal, process.execPath, ['start.mjs']);
      kill(child, signal);
      expect(await ended).toEqual([7, null]);
      expect(isThere(server)).toBe(false);
    },
  );

  it.each(['SIGTERM', 'SIGHUP', 'SIGKILL'] as const)('ends at %s to npm alone', async (signal) => {
    const { child, ended, server } = await started(`npm-${signal}`, 'npm', ['start', '--silent', '--']);
    kill(child, signal);
    await ended;
    await expect.poll(() => isThere(server)).toBe(false);
  });
});

/** Whether `npm start` would begin by installing: not from a test. */
const isInstalled = (): boolean => {
  const marker = at('node_modules/.latent-plane-lock');
  const lock = createHash('sha256')
    .update(readFileSync(at('package-lock.json')))
    .digest('hex');
  return existsSync(marker) && readFileSync(marker, 'utf8') === lock;
};

describe.skipIf(process.platform === 'win32' || !isInstalled())('npm start', () => {
  it('leaves no server behind when its script alone is interrupted', async () => {
    const child = spawn(process.execPath, [at('scripts/start.mjs'), 'dense-1', '--port', '0', '--no-open'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    const url = (): string => /open at (\S+)/.exec(said)?.[1] ?? '';
    await expect.poll(url, { timeout: 200_000 }).not.toBe('');
    expect((await fetch(url())).status).toBe(200);
    kill(child, 'SIGINT');
    expect(await once(child, 'exit')).toEqual([0, null]);
    await expect(fetch(url())).rejects.toThrow();
  });
});
