import { describe, expect, it } from 'vitest';
import { pageSource, sourceName } from './page-file.ts';

describe('files of a person', () => {
  it.each([
    { paths: ['mine/a/1.png', 'mine/b/2.png'], name: 'mine' },
    { paths: ['digits.csv.gz'], name: 'digits' },
    { paths: ['twelve.zip'], name: 'twelve' },
    { paths: ['some-images-idx3-ubyte', 'some-labels-idx1-ubyte'], name: 'some' },
    { paths: ['train-images-idx3-ubyte', 't10k-images-idx3-ubyte'], name: 'images' },
    { paths: ['a/1.png', 'b/1.png'], name: 'images' },
  ])('$paths are called $name', ({ paths, name }) => {
    expect(sourceName(paths)).toBe(name);
  });

  it('lie in a folder that holds them, and are read piece by piece', async () => {
    const file = new File([Uint8Array.of(1, 2, 3, 4)], 'classes.txt');
    const { name, files } = pageSource([
      { path: 'mine/classes.txt', file },
      { path: 'mine/even/1.png', file },
    ]);
    expect([name, ...files.map(({ path }) => path)]).toEqual(['mine', 'classes.txt', 'even/1.png']);
    expect([...(await files[0].read(1, 3))]).toEqual([2, 3]);
    expect([...(await files[0].bytes())]).toEqual([1, 2, 3, 4]);
  });

  it('that cannot be read any more are named', async () => {
    const file = Object.assign(new File(['x'], 'a.csv'), { arrayBuffer: () => Promise.reject(new Error('gone')) });
    const [source] = pageSource([{ path: 'a.csv', file }]).files;
    await expect(source.bytes()).rejects.toMatchObject({ code: 'not-readable', kind: 'input', at: { file: 'a.csv' } });
  });
});
