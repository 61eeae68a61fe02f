/**
 * The port between jobs and where they wait, and the loop of a worker.
 *
 * In: a queue (its adapters are the command line's: a folder of this machine, a server), a way to carry out a job.
 * Out: every job that could be taken, carried out. What a job is, the queue does not know; where it runs, the job does
 * not know.
 */

/** How far a running job has come. */
export interface JobProgress {
  /** Finished. */
  readonly epoch: number;
  readonly epochs: number;
  readonly imagesPerSecond: number;
}

/** Errors of a job: mean squared error per pixel, of training, test and all images. */
export interface SweepMse {
  readonly train: number;
  readonly test: number;
  readonly all: number;
}

/** What a job ends with; a failure is its own (diverged, bad data), not its worker's. */
export type JobOutcome =
  | {
      readonly state: 'done';
      /** Null of a network without reconstruction. */
      readonly mse: SweepMse | null;
      readonly epochs: number;
      readonly seconds: number;
      readonly imagesPerSecond: number;
      /** SHA-256 of the weights file. */
      readonly weightsSha256: string;
    }
  | { readonly state: 'failed'; readonly code: string; readonly message: string };

/** A job that is this worker's alone until it ends or is lost. */
export interface Lease<Job> {
  readonly job: Job;
  /** Set when another worker may have the job: what is computed from then on is dropped. */
  readonly lost: AbortSignal;
  /** Tells how far it is; called after each epoch, when the run's checkpoint is safe on this worker. */
  progress(progress: JobProgress): Promise<void>;
  /** @returns false where a twin had ended the job before; the first outcome stands. */
  finish(outcome: JobOutcome): Promise<boolean>;
  /** Gives the job back, to go on from its last checkpoint. */
  release(): Promise<void>;
}

/** Where a worker gets its jobs: a folder, a server. */
export interface Queue<Job, L extends Lease<Job> = Lease<Job>> {
  /** Waits for a job; null where none will come any more, or the signal is set. */
  take(signal: AbortSignal): Promise<L | null>;
}

/** Takes jobs and carries them out until none is left. @returns how many were carried out. */
export const workOff = async <Job, L extends Lease<Job>>(
  queue: Queue<Job, L>,
  perform: (lease: L, signal: AbortSignal) => Promise<void>,
  signal: AbortSignal,
): Promise<number> => {
  let count = 0;
  while (!signal.aborted) {
    const lease = await queue.take(signal);
    if (lease === null) break;
    await perform(lease, AbortSignal.any([signal, lease.lost]));
    count += 1;
  }
  return count;
};
