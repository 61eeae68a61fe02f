import { describe, expect, it } from 'vitest';
import { parseGridWord, readSpec } from './read-spec.ts';

const read = (text: string, grid: readonly string[] = []) => readSpec({ path: 's.yaml', text }, grid);

describe('readSpec', () => {
  it('reads values, lists and ranges', () => {
    expect(read('networks: [dense-1]\nseeds: {from: 1, to: 3, step: 1}\nlearningRate: 1e-3\n')).toEqual({
      networks: ['dense-1'],
      seeds: { from: 1, to: 3, step: 1 },
      learningRate: 0.001,
    });
  });

  it('names line and column of every fault', () => {
    expect(() => read('networks:\n  - dense-1\n  - nope\nepochs: 0\n')).toThrow(
      /s\.yaml:3:5: networks: expected .*got "nope"\ns\.yaml:4:9: epochs: expected .*got 0/,
    );
  });

  it('guesses the field that is meant', () => {
    expect(() => read('networks: dense-1\nepoch: 3\n')).toThrow('got epoch; did you mean "epochs"?');
  });

  it('names the line where the text is no YAML, and refuses what is no mapping', () => {
    expect(() => read('networks: [dense-1\nseeds: 1\n')).toThrow(/s\.yaml:\d+:\d+: expected one document of YAML/);
    expect(() => read('- dense-1\n')).toThrow('s.yaml:1: expected fields');
    expect(() => read('')).toThrow('s.yaml:1: expected fields');
  });

  it('says what a range lacks and which number is none', () => {
    expect(read('networks: dense-1\nseeds: {from: 1, to: 5}\n').seeds).toEqual({ from: 1, to: 5, step: 1 });
    expect(() => read('networks: dense-1\nlearningRate: {from: 0.1, to: 0.5}\n')).toThrow(
      's.yaml:2:15: learningRate: expected a `step` or a `count` beside `from` and `to`: numbers above 0, at most 10, got {"from":0.1,"to":0.5}',
    );
    expect(() => read('networks: dense-1\nlearningRate: [0.1, .nan, -.inf]\n')).toThrow(
      /s\.yaml:2:21: learningRate: expected numbers above 0, at most 10, got NaN\n/,
    );
    expect(() => read('networks: dense-1\nepochs: .inf\n')).toThrow('got Infinity');
  });

  it('lets --grid take the place of a field, and blames it, not the file', () => {
    expect(read('networks: dense-1\nseeds: 1\n', ['seeds=1..2'])).toMatchObject({ seeds: { from: 1, to: 2, step: 1 } });
    expect(() => read('networks: dense-1\nseeds: 1\n', ['seeds=x'])).toThrow('--grid: seeds: expected whole numbers');
  });

  it('refuses a bomb of aliases', () => {
    const bomb = ['a: &a [1,1,1,1,1,1,1,1,1,1]'];
    for (let i = 1; i < 9; i++) {
      const [name, before] = [String.fromCharCode(97 + i), String.fromCharCode(96 + i)];
      bomb.push(`${name}: &${name} [${Array(10).fill(`*${before}`).join(',')}]`);
    }
    expect(() => read(bomb.join('\n'))).toThrow('invalid-sweep: s.yaml: expected plain fields');
  });
});

describe('parseGridWord', () => {
  it('reads a value, a list, a range, true and false', () => {
    expect(parseGridWord('networks=dense-1')).toEqual(['networks', 'dense-1']);
    expect(parseGridWord('learningRate=1e-3,0.01')).toEqual(['learningRate', [0.001, 0.01]]);
    expect(parseGridWord('seeds=3..5')).toEqual(['seeds', { from: 3, to: 5, step: 1 }]);
    expect(parseGridWord('shuffle=true,false')).toEqual(['shuffle', [true, false]]);
  });
  it('refuses a word without a value', () => {
    expect(() => parseGridWord('seeds')).toThrow('--grid: expected FIELD=VALUES');
    expect(() => parseGridWord('=3')).toThrow('--grid: expected FIELD=VALUES');
  });
});
