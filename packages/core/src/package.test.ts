/** What the package brings to those who install it: its files, and an example that runs as it is shown. */
import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, it, vi } from 'vitest';

const at = (path: string): URL => new URL(`../${path}`, import.meta.url);

it('shows the example in its README, which trains, encodes, decodes, keeps and reads back', async () => {
  const example = await readFile(at('examples/train.ts'), 'utf8');
  const shown = example.slice(example.indexOf('\n') + 1);
  expect(await readFile(at('README.md'), 'utf8')).toContain(`\`\`\`ts\n${shown}\`\`\``);
  const said: string[] = [];
  const log = vi.spyOn(console, 'log').mockImplementation((line: string) => void said.push(line));
  await import('../examples/train.ts');
  log.mockRestore();
  expect(said).toHaveLength(4);
  const [first, second] = said.slice(0, 2).map((line) => Number(/^epoch [12]: (0\.\d{4})$/.exec(line)?.[1]));
  expect(second).toBeLessThan(first);
  expect(said[2]).toMatch(/^the first test image lies at 0\.\d+, 0\.\d+ and has 784 pixels$/);
  expect(said[3]).toMatch(/dense-1\.keras holds dense-1$/);
});

it('packs licence, README and build alone', () => {
  const listed = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: fileURLToPath(at('.')),
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    shell: process.platform === 'win32',
  });
  const [{ files }]: { files: { path: string }[] }[] = JSON.parse(listed);
  const paths = files.map(({ path }) => path);
  expect(paths).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'package.json']));
  const others = paths.filter((path) => !/^(LICENSE|README\.md|package\.json|dist\/[\w-]+(\.d)?\.(js|ts))$/.test(path));
  expect(others).toEqual([]);
});
