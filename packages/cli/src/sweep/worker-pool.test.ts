import { describe, expect, it } from 'vitest';
import { defaultWorkers } from './worker-pool.ts';

const large = { cores: 8, freeBytes: 64e9 };

describe('defaultWorkers', () => {
  it('is one for each core that their threads leave', () => {
    expect(defaultWorkers(100, 1, large)).toBe(8);
    expect(defaultWorkers(100, 4, large)).toBe(2);
  });
  it('is no more than there are jobs, or than the memory holds', () => {
    expect(defaultWorkers(3, 1, large)).toBe(3);
    expect(defaultWorkers(100, 1, { cores: 64, freeBytes: 8e9 })).toBe(13);
  });
  it('is one where nothing else fits', () => {
    expect(defaultWorkers(100, 16, { cores: 2, freeBytes: 1e8 })).toBe(1);
  });
});
