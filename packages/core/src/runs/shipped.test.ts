import { describe, expect, it } from 'vitest';
import { parseWeightsPointer, pathWithin } from './shipped.ts';

const pointer = (file: string): Uint8Array =>
  new TextEncoder().encode(JSON.stringify({ file, sha256: '0'.repeat(64), epoch: 1 }));

describe('pathWithin', () => {
  it('makes a path plain that stays within its folder', () => {
    expect(pathWithin('model.keras')).toBe('model.keras');
    expect(pathWithin('./a//b/../model.keras')).toBe('a/model.keras');
  });

  it.each([
    '',
    '.',
    '..',
    '../x',
    'a/../../x',
    '/etc/passwd',
    'C:\\x',
    'c:/x',
    'a\\..\\..\\x',
    'a\0b',
    'file:x',
    'a/..',
  ])('takes %j for no path within', (path) => {
    expect(pathWithin(path)).toBeNull();
  });
});

describe('parseWeightsPointer', () => {
  it('takes a name of the own folder, and one above it as the zoo has it', () => {
    for (const file of ['model.keras', 'weights/model.keras', '../../autoencoders/model.keras'])
      expect(parseWeightsPointer(pointer(file), 'weights.json').file).toBe(file);
  });

  it.each(['', '..', '/etc/model.keras', '../a/../../model.keras', 'C:\\model.keras', '..\\model.keras', '\u001b[2Jx'])(
    'refuses %j, which is no relative path of plain names',
    (file) => {
      expect(() => parseWeightsPointer(pointer(file), 'weights.json')).toThrow(/invalid-run: weights\.json/);
    },
  );
});
