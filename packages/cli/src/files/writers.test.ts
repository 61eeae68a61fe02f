/** That every command writes through the few files that know what may be written over. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { expect, it } from 'vitest';
import { packageFolder } from '../places.ts';

const source = join(packageFolder, 'src');

/** What changes the disk, of `node:fs` and `node:fs/promises`. */
const CHANGES =
  /\b(appendFile|chmod|chown|copyFile|cp|createWriteStream|link|mkdir|mkdtemp|open|rename|rm|rmdir|symlink|truncate|unlink|write|writeFile)(Sync)?\b/;

/** With the reason why each may do without `files/`. */
const ALLOWED: Readonly<Record<string, string>> = {
  'bench/peers.ts': 'a temporary folder of its own',
  'data/cache.ts': 'the cache, whose files are known by name',
  'data/disk-source.ts': 'opens files to read parts of them',
  'data/fetch-files.ts': 'the cache, whose files are known by name',
  'data/lock.ts': 'a lock in the cache',
  'data/transfer.ts': 'a part of a file in the cache',
  'runs/lock.ts': 'locks, whose names say whose they are',
  'sweep/import-run.ts': 'a run that came whole takes the place of an empty folder',
  'sweep/worker-pool.ts': 'the log in the folder of a sweep',
  'sweep/nats-lease.ts': 'runs in the temporary folder of a worker',
  'sweep/nats-queue.ts': 'runs in the temporary folder of a worker',
  'sweep/scratch.ts': 'the temporary folder of a worker',
};

const importsOf = (text: string): readonly string[] =>
  [...text.matchAll(/import (?:type )?\{([^}]*)\} from 'node:fs(?:\/promises)?'/g)].map(([, names]) => names);

it('no command changes the disk but through files/, and no list of exceptions grows unseen', () => {
  const files = readdirSync(source, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.ts$/.test(entry.name))
    .map((entry) => relative(source, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((file) => !/\.test\.ts$|(^|\/)testing(\/|\.ts$)/.test(file));
  const writers = files.filter((file) =>
    importsOf(readFileSync(join(source, file), 'utf8')).some((names) => CHANGES.test(names)),
  );
  expect(writers.filter((file) => !file.startsWith('files/')).sort()).toEqual(Object.keys(ALLOWED).sort());
  // Nor is the module taken as a whole.
  for (const file of files)
    expect(readFileSync(join(source, file), 'utf8'), file).not.toMatch(
      /(import \*|import (?!type )\w+|require\().*'node:fs/,
    );
});
