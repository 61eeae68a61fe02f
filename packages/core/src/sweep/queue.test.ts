import { describe, expect, it } from 'vitest';
import { type Lease, type Queue, workOff } from './queue.ts';

const leaseOn = (job: number, lost = new AbortController().signal): Lease<number> => ({
  job,
  lost,
  progress: () => Promise.resolve(),
  finish: () => Promise.resolve(true),
  release: () => Promise.resolve(),
});

const queueOf = (leases: Lease<number>[]): Queue<number> => ({ take: () => Promise.resolve(leases.shift() ?? null) });

describe('workOff', () => {
  it('carries out one job after another until none is left', async () => {
    const done: number[] = [];
    const perform = async ({ job }: Lease<number>): Promise<void> => {
      done.push(job);
    };
    expect(await workOff(queueOf([leaseOn(1), leaseOn(2)]), perform, new AbortController().signal)).toBe(2);
    expect(done).toEqual([1, 2]);
  });

  it('takes no further job once it is to stop', async () => {
    const controller = new AbortController();
    const perform = async (): Promise<void> => controller.abort();
    expect(await workOff(queueOf([leaseOn(1), leaseOn(2)]), perform, controller.signal)).toBe(1);
  });

  it('tells the job that its lease is lost', async () => {
    const lost = new AbortController();
    lost.abort();
    const seen: boolean[] = [];
    await workOff(
      queueOf([leaseOn(1, lost.signal)]),
      async (_, signal) => {
        seen.push(signal.aborted);
      },
      new AbortController().signal,
    );
    expect(seen).toEqual([true]);
  });
});
