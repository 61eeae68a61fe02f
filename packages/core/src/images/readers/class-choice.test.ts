import { describe, expect, it } from 'vitest';
import { greyPng } from './testing/picture-files.ts';
import { readFiles } from './testing/sources.ts';

/** Pictures of one value each, of three classes, three for training and two for test. */
const files = Object.fromEntries(
  ['cat', 'dog', 'eel'].flatMap((name, label) =>
    ['train', 'test'].flatMap((split) =>
      Array.from({ length: split === 'train' ? 3 : 2 }, (_, i) => [
        `${split}/${name}/${i}.png`,
        greyPng(2, 2, () => 10 * label + i + (split === 'test' ? 100 : 0)),
      ]),
    ),
  ),
);

describe('classes of a data set', () => {
  it('can be left out, by name or number, and the others keep numbers and names', async () => {
    for (const options of ['without=dog', 'without=1', 'classes=cat+eel', 'classes=0+2', 'classes=0+1+2&without=dog']) {
      const { train, test, classNames, names, notes } = await readFiles(files, options);
      expect(classNames, options).toEqual(['cat', 'dog', 'eel']);
      expect([Array.from(train.labels), Array.from(test.labels)]).toEqual([
        [0, 0, 0, 2, 2, 2],
        [0, 0, 2, 2],
      ]);
      expect(Array.from(train.pixels).filter((_, i) => i % 4 === 0)).toEqual([0, 1, 2, 20, 21, 22]);
      expect(Array.from(test.pixels).filter((_, i) => i % 4 === 0)).toEqual([100, 101, 120, 121]);
      expect(names?.train).toEqual(['cat', 'eel'].flatMap((name) => [0, 1, 2].map((i) => `train/${name}/${i}.png`)));
      expect(names?.test).toEqual(['cat', 'eel'].flatMap((name) => [0, 1].map((i) => `test/${name}/${i}.png`)));
      expect(notes).toContain(
        'of 3 classes 2 (cat, eel): 6 of 9 training images, 4 of 6 test images; classes keep their numbers',
      );
    }
  });

  it('leave the split as it is', async () => {
    const flat = Object.fromEntries(
      Array.from({ length: 40 }, (_, i) => [`${i % 2}/${i}.png`, greyPng(1, 1, () => i)]),
    );
    const all = await readFiles(flat, 'test=0.25');
    const some = await readFiles(flat, 'test=0.25,without=1');
    expect(all.names?.test).toEqual(Array.from(all.test.pixels, (value) => `${value % 2}/${value}.png`));
    expect(some.names?.train).toEqual(Array.from(some.train.pixels, (value) => `0/${value}.png`));
    expect(Array.from(some.test.pixels)).toEqual(Array.from(all.test.pixels).filter((value) => value % 2 === 0));
  });

  it('are refused where there is none of that name, none left, or none at all', async () => {
    await expect(readFiles(files, 'without=cow')).rejects.toThrow(
      'the data\'s option "without": expected names of classes, or their numbers from 0 to 2: cat, dog, eel, got "cow"',
    );
    await expect(readFiles(files, 'classes=3')).rejects.toThrow(expect.objectContaining({ code: 'unknown-class' }));
    await expect(readFiles(files, 'without=0+1+2')).rejects.toThrow(expect.objectContaining({ code: 'empty-data' }));
    await expect(
      readFiles({ 'a.png': greyPng(1, 1, () => 0), 'b.png': greyPng(1, 1, () => 1) }, 'classes=0'),
    ).rejects.toThrow(expect.objectContaining({ code: 'no-labels' }));
    await expect(readFiles(files, 'classes=')).rejects.toThrow(expect.objectContaining({ code: 'data-option' }));
  });
});
