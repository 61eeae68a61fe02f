/** What `latent-plane` promises to others, and what its own packages share: two lists that have no name in common. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

const filesIn = (folder: string, ending: RegExp): readonly string[] =>
  readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return /^(node_modules|dist.*|\..*)$/.test(entry.name) ? [] : filesIn(path, ending);
    return ending.test(entry.name) ? [path] : [];
  });

/** `a, type B, c as d` as `a`, `B`, `c`. */
const namesIn = (list: string): readonly string[] =>
  list
    .split(',')
    .map((name) =>
      name
        .trim()
        .replace(/^type /, '')
        .replace(/(:| as ).*/, ''),
    )
    .filter((name) => name !== '');

const exportsOf = (entry: string): readonly string[] =>
  [...read(`packages/core/src/${entry}.ts`).matchAll(/^export (?:type )?\{([^}]*)\}/gm)].flatMap(([, list]) =>
    namesIn(list),
  );

/** Names that a file imports from an entry of the package, with `import` or `await import`. */
const importsOf = (text: string, entry: string): readonly string[] =>
  [...text.matchAll(new RegExp(`\\{([^{}]*)\\} (?:from|= await import\\() ?'${entry}'`, 'g'))].flatMap(([, list]) =>
    namesIn(list),
  );

const entries = ['index', 'node', 'web', 'charts'];
const shared = exportsOf('internal');

describe('the entries of the package', () => {
  it.each([...entries, 'internal'])('%s names what it exports one by one, and each once', (entry) => {
    const names = exportsOf(entry);
    expect(names.length).toBeGreaterThan(0);
    expect(names).toEqual([...new Set(names)]);
    expect(read(`packages/core/src/${entry}.ts`)).not.toMatch(/export (type )?\*/);
  });

  it('have no name in common with what the packages share', () => {
    const open = new Set(exportsOf('index'));
    expect(shared.filter((name) => open.has(name))).toEqual([]);
  });

  it('share nothing that no package uses', () => {
    const sources = ['packages/cli', 'apps', 'bench', 'scripts'].flatMap((folder) =>
      filesIn(folder, /\.(ts|svelte|mjs)$/),
    );
    const used = new Set(sources.flatMap((path) => importsOf(read(path), 'latent-plane/internal')));
    expect(shared.filter((name) => !used.has(name))).toEqual([]);
  });
});

describe('a public name', () => {
  const sources = filesIn('packages/core/src', /(?<!\.test)\.ts$/).map((path) => read(path));

  /** The comment right above the declaration, where it is not the header of the file; undefined where there is none. */
  const commentOf = (name: string): string | undefined => {
    const declaration = new RegExp(
      `\\n(/\\*\\*(?:(?!\\*/)[^])*\\*/)\\n(?:export )?(?:const|async function|function|class|interface|type) ${name}\\b`,
    );
    return sources.map((text) => declaration.exec(text)?.[1]).find((comment) => comment !== undefined);
  };

  it.each(entries)('of %s has a comment of its own, which is not the header of its file', (entry) => {
    expect(exportsOf(entry).filter((name) => commentOf(name) === undefined)).toEqual([]);
  });

  it('is all that README, docs and examples need', () => {
    const open = new Set(exportsOf('index'));
    const texts = [
      'README.md',
      'packages/core/README.md',
      ...filesIn('docs', /\.md$/),
      ...filesIn('packages/core/examples', /\.ts$/),
    ].map((path) => read(path));
    const needed = texts.flatMap((text) => importsOf(text, 'latent-plane'));
    expect(needed.length).toBeGreaterThan(10);
    expect(needed.filter((name) => !open.has(name))).toEqual([]);
    expect(texts.flatMap((text) => importsOf(text, 'latent-plane/internal'))).toEqual([]);
  });
});
