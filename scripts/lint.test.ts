/** What the lint looks at: the sources, and nothing that the examples of README.md write beside them. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const UNTIDY = 'var a = {"b" :1}\n';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'latent-plane-lint-'));
  for (const name of ['biome.json', '.gitignore']) cpSync(join(root, name), join(folder, name));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const write = (path: string): void => {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), UNTIDY);
};

it('passes over what the examples of README.md write, and sees the sources', () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const outputs = [...readme.matchAll(/--(?:out|export|csv|png|svg) (\S+)/g)].map(([, path]) => path);
  expect(outputs).toEqual(expect.arrayContaining(['site', 'web', 'pictures', 'epochs', 'codes.csv', 'sweeps/five']));
  for (const path of outputs) {
    if (extname(path) === '')
      for (const name of ['index.js', 'model.json', 'assets/page.css']) write(`${path}/${name}`);
    else write(path);
  }
  // A folder of somebody's own choice, and a report at the root.
  write('my-export/index.js');
  write('report.json');
  write('packages/core/src/untidy.ts');
  const biome = join(root, 'node_modules', '@biomejs', 'biome', 'bin', 'biome');
  const { stdout, stderr } = spawnSync(process.execPath, [biome, 'check', '.', '--colors=off'], {
    cwd: folder,
    encoding: 'utf8',
  });
  const said = stdout + stderr;
  expect([...new Set(said.match(/^\S+\.(?:ts|js|json|css|csv|png)(?=[: ])/gm))]).toEqual([
    'packages/core/src/untidy.ts',
  ]);
});
