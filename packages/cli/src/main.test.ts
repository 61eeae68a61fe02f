/** What the program says to words that it does not know. */
import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createProgram, main } from './main.ts';
import { buildCommandLine } from './runs/testing.ts';
import { captureOutput } from './testing/captured-output.ts';
import { outlinesOf } from './verbs.ts';

const program = fileURLToPath(new URL('../bin/latent.js', import.meta.url));

const output = captureOutput();

afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

describe('the program', () => {
  it.each([[['nonsense']], [['nonsense', '--help']], [['help', 'nonsense']]])(
    'takes %j for wrong arguments, asked for help or not',
    async (words) => {
      expect(await main(words)).toBe(2);
      expect(output.complained).toBe("error: arguments: unknown command 'nonsense'\nSee: npx latent --help\n");
      expect(output.said).toBe('');
    },
  );

  it('leads from a wrong option to the help of its command', async () => {
    expect(await main(['train', 'dense-1', '--epoch', '3'])).toBe(2);
    expect(output.complained).toBe(
      "error: arguments: unknown option '--epoch'; Did you mean --epochs?\nSee: npx latent train --help\n",
    );
  });

  it.each([[['help', 'train']], [['train', '--help']]])('explains a command after %j', async (words) => {
    expect(await main(words)).toBe(0);
    expect(output.said).toMatch(/^Usage: latent train /);
    expect(output.complained).toBe('');
  });

  it('gives its version', async () => {
    expect(await main(['--version'])).toBe(0);
    expect(output.said).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it('explains itself within 80 columns', async () => {
    expect(await main(['--help'])).toBe(0);
    expect(output.said.split('\n').filter((line) => line.length > 80)).toEqual([]);
    for (const command of (await createProgram()).commands) expect(output.said).toContain(`\n  ${command.name()} `);
  });

  it('lists in its help what each verb says of itself', async () => {
    const outlines = outlinesOf(await createProgram());
    await expect(
      [
        '/** What the help of the program says of each verb, made of the verbs by `npx vitest run packages/cli/src/main.test.ts -u`. */',
        "import type { Outline } from './verbs.ts';",
        '',
        `export const OUTLINES: Readonly<Record<string, Outline>> = ${JSON.stringify(outlines, null, 2)};`,
        '',
      ].join('\n'),
    ).toMatchFileSnapshot('outlines.generated.ts');
  });

  it.skipIf(process.platform === 'win32')('says that the folder it is called in is gone', async () => {
    await buildCommandLine();
    const gone = 'd=$(mktemp -d) && cd "$d" && rmdir "$d" && exec "$@"';
    for (const words of [['doctor'], ['train', 'dense-1'], ['evaluate', 'nothing']]) {
      const { status, stderr } = spawnSync('sh', ['-c', gone, 'sh', process.execPath, program, ...words], {
        encoding: 'utf8',
      });
      expect([status, stderr]).toEqual([
        2,
        'error: no-folder: the folder that this was called in is gone; change into another\n',
      ]);
    }
  });

  // Linux alone has a device that is always full.
  it.runIf(existsSync('/dev/full'))('says that its output could not be written', async () => {
    await buildCommandLine();
    const full = openSync('/dev/full', 'w');
    const { status, stderr } = spawnSync(process.execPath, [program, 'zoo', '--json'], {
      stdio: ['ignore', full, 'pipe'],
      encoding: 'utf8',
    });
    closeSync(full);
    expect(stderr).toMatch(/^error: system: ENOSPC: no space left on device, write\n$/);
    expect(status).toBe(1);
  });
});
