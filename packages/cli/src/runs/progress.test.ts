import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { formatDuration, trainingProgress } from './progress.ts';

const stream = (isTTY: boolean) => {
  const written: string[] = [];
  const out = Object.assign(new PassThrough(), {
    isTTY,
    columns: 200,
    rows: 24,
    cursorTo: () => true,
    clearLine: () => true,
    moveCursor: () => true,
  });
  out.on('data', (chunk) => written.push(String(chunk)));
  return { out: out as unknown as NodeJS.WriteStream, text: () => written.join('') };
};

describe('trainingProgress', () => {
  it('writes plain lines where nobody looks on, at most one every five seconds and the last', () => {
    const { out, text } = stream(false);
    let ms = 0;
    const progress = trainingProgress(out, () => ms);
    progress.begin({ epochs: 100, images: 1000, batches: 10, epoch: 0, batch: 0 });
    for (let epoch = 1; epoch <= 100; epoch++) {
      for (let batch = 1; batch <= 10; batch++) {
        ms += 10;
        progress.batch({ epoch, batch, loss: 0.5 });
      }
      progress.epoch({ epoch, loss: 0.25, valLoss: 0.125, learningRate: 0.001 });
    }
    progress.end();
    const lines = text().trim().split('\n');
    expect(lines).toEqual([
      'epoch 1/100: loss 0.25000, validation 0.12500, 10,000 images/s, 10 s left',
      'epoch 51/100: loss 0.25000, validation 0.12500, 10,000 images/s, 5 s left',
      'epoch 100/100: loss 0.25000, validation 0.12500, 10,000 images/s',
    ]);
  });

  it('counts the pause at the end of an epoch in the rate and the time left, and no more of it than there is', () => {
    const { out, text } = stream(false);
    let ms = 0;
    const progress = trainingProgress(out, () => ms);
    progress.begin({ epochs: 50, images: 5000, batches: 50, epoch: 0, batch: 0 });
    for (let epoch = 1; epoch <= 3; epoch++) {
      for (let batch = 1; batch <= 50; batch++) {
        ms += batch === 50 ? 20_000 : 1000;
        progress.batch({ epoch, batch, loss: 0.5 });
      }
      progress.epoch({ epoch, loss: 0.25, learningRate: 0.001 });
    }
    const rates = [...text().matchAll(/ ([\d,]+) images\/s/g)].map(([, rate]) => Number(rate));
    expect(rates).toHaveLength(3);
    // 5,000 images in 69 seconds.
    for (const rate of rates) expect(rate).toBeGreaterThan(55);
    for (const rate of rates) expect(rate).toBeLessThan(100);
  });

  it('draws a bar with epoch, loss, rate and time left on a terminal', () => {
    const { out, text } = stream(true);
    let ms = 0;
    const progress = trainingProgress(out, () => ms);
    progress.begin({ epochs: 2, images: 100, batches: 2, epoch: 1, batch: 0 });
    ms = 1000;
    progress.batch({ epoch: 2, batch: 1, loss: 0.5 });
    progress.end();
    expect(text()).toMatch(/epoch 2\/2 /);
    expect(text()).toContain('50 images/s, 1 s left');
  });
});

describe('formatDuration', () => {
  it('speaks in the two largest units', () => {
    expect([0, 45.4, 250, 7380].map(formatDuration)).toEqual(['0 s', '45 s', '4 min 10 s', '2 h 3 min']);
  });
});
