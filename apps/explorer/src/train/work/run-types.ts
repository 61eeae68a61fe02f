/**
 * A training in the page: what it is opened with, what can be asked of it, what is kept of it.
 */
import type { RunConfig, RunMetrics, Stopped, TrainingState, Weights } from 'latent-plane';
import type { Budget } from '../protocol.ts';
import type { TrainingData } from './dataset.ts';
import type { Engine } from './engine.ts';
import type { Post } from './messages.ts';
import type { Throttle } from './throttle.ts';

/** What a reload must not lose. */
export interface SavedRun {
  readonly config: RunConfig;
  readonly metrics: RunMetrics;
  readonly state: TrainingState;
}

/** A run as it is between two batches. */
export interface RunSnapshot extends SavedRun {
  /** Of encoder and decoder, of the epoch that the run keeps. */
  readonly weights: Weights;
}

export interface RunOptions {
  readonly id: string;
  readonly config: RunConfig;
  readonly data: TrainingData;
  readonly engine: Engine;
  /** To go on from, and the figures that go with it. */
  readonly from: { readonly state: TrainingState; readonly metrics: RunMetrics | null } | null;
  /** Weights to begin with instead of the seed's. */
  readonly initial?: Weights;
  readonly paused: boolean;
  readonly budget: () => Budget;
  /** Makes room for the cursor. */
  readonly throttle: Throttle;
  readonly notes: readonly string[];
  readonly post: Post;
  /** Keeps a state; its arrays are the run's own until the promise is done. */
  readonly save: (run: SavedRun) => Promise<void>;
}

export interface Run {
  readonly id: string;
  readonly config: RunConfig;
  readonly data: TrainingData;
  readonly engine: Engine;
  pause(): void;
  resume(): void;
  step(of: 'batch' | 'epoch'): void;
  /** Goes on, paused, from the last good state of a run that diverged. */
  lastGood(): void;
  /** Keeps the state now. */
  save(): Promise<void>;
  /** Posts its status once more. */
  postStatus(): void;
  /** Runs `work` between two batches, with what stands there. */
  inspect<T>(work: (snapshot: RunSnapshot) => Promise<T>): Promise<T>;
  /** Ends it after the batch under way. */
  close(): Promise<void>;
}

/** How far a run has come; its loop alone writes it. */
export interface RunPosition {
  /** Null before the first pull of a run that begins. Its arrays are the training's own. */
  state: TrainingState | null;
  /** How it ended; null while there is more to do. */
  stopped: Stopped | null;
  /** The batch done last. */
  latest: { readonly epoch: number; readonly batch: number; readonly loss: number } | null;
  /** Of the epoch done last; null where nothing is held out. */
  valLoss: number | null;
}
