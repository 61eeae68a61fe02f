import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const dependenciesOf = (path: string): Readonly<Record<string, string>> =>
  JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8')).dependencies;

test('what the program carries of the core needs others in the versions that the core names', () => {
  const [own, core] = [dependenciesOf('../package.json'), dependenciesOf('../../core/package.json')];
  const shared = Object.keys(own).filter((name) => name in core);
  expect(shared).not.toEqual([]);
  expect(shared.filter((name) => own[name] !== core[name])).toEqual([]);
});
