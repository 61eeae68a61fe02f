import { describe, expect, it } from 'vitest';
import type { OwnChoice } from '../protocol.ts';
import { createOwnImages } from './own-images.ts';

const choice = (id: string, files: Readonly<Record<string, BlobPart>>, options = ''): OwnChoice => ({
  kind: 'own',
  id,
  files: Object.entries(files).map(([path, content]) => ({ path, file: new File([content], path) })),
  options,
});
const table = (count: number): string =>
  ['label,a,b,c,d', ...Array.from({ length: count }, (_, i) => `${i % 2},${i},2,3,4`)].join('\n');
const nothing = (): void => undefined;
const square = (side: number) => ({ size: { height: side, width: side }, channels: 'grey' }) as const;

/** 2 x 2, one colour: a bitmap of 24 bits. */
const bmp = (value: number): Uint8Array<ArrayBuffer> => {
  const bytes = new Uint8Array(70);
  const view = new DataView(bytes.buffer);
  bytes.set([0x42, 0x4d]);
  for (const [at, number] of [
    [2, 70],
    [10, 54],
    [14, 40],
    [18, 2],
    [22, 2],
  ])
    view.setUint32(at, number, true);
  view.setUint16(26, 1, true);
  view.setUint16(28, 24, true);
  bytes.fill(value, 54, 60);
  bytes.fill(value, 62, 68);
  return bytes;
};

describe('a person’s own images in the worker', () => {
  it('are read once, whatever shape is asked for, and again with other options', async () => {
    const reader = createOwnImages();
    const first = await reader.read(choice('a', { 'a.csv': table(20) }), square(2), nothing);
    expect(first.summary).toMatchObject({ container: 'csv', name: 'a', train: 18, test: 2, height: 2, width: 2 });
    expect(first.data.record).toMatchObject({ argument: './data', name: 'a', train: 18 });
    expect(await reader.read(choice('a', { 'a.csv': table(20) }), square(3), nothing)).toBe(first);
    const inverted = await reader.read(choice('a', { 'a.csv': table(20) }, 'polarity=invert'), square(2), nothing);
    expect(inverted.summary.sum).toBe(20 * 4 * 255 - first.summary.sum);
  });

  it('are read again for another shape where they are pictures', async () => {
    const reader = createOwnImages();
    const pictures = choice('p', { '1.bmp': bmp(200), '2.bmp': bmp(9), '3.bmp': bmp(30) });
    const told: string[] = [];
    const small = await reader.read(pictures, square(2), (done, total) => told.push(`${done}/${total}`));
    expect(told).toEqual(['1/3', '2/3', '3/3']);
    expect(await reader.read(pictures, square(2), nothing)).toBe(small);
    expect((await reader.read(pictures, square(4), nothing)).summary).toMatchObject({ height: 4, width: 4 });
    expect((await reader.read(pictures, null, nothing)).summary).toMatchObject({ height: 2, channels: 1 });
  });

  it('stay at hand where others are refused', async () => {
    const reader = createOwnImages();
    const good = choice('a', { 'a.csv': table(20) });
    const first = await reader.read(good, null, nothing);
    await expect(reader.read(choice('b', { 'b.csv': 'nothing' }), null, nothing)).rejects.toMatchObject({
      kind: 'input',
    });
    await expect(reader.read({ ...good, options: 'size=9' }, null, nothing)).rejects.toMatchObject({
      code: 'data-option',
    });
    expect(await reader.read(good, null, nothing)).toBe(first);
  });

  it('make way for others that are asked for meanwhile', async () => {
    const reader = createOwnImages();
    const slow = reader.read(choice('p', { '1.bmp': bmp(200), '2.bmp': bmp(9) }), null, nothing);
    const refused = expect(slow).rejects.toMatchObject({ code: 'superseded' });
    const fast = await reader.read(choice('a', { 'a.csv': table(20) }), null, nothing);
    await refused;
    expect(fast.summary.container).toBe('csv');
  });
});
