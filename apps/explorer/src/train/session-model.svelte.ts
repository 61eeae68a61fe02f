/**
 * What the page knows of its run, as the worker's messages tell it.
 */
import type { FromWorker } from './protocol.ts';
import { advance, NO_RUN, type RunState } from './run-state.ts';
import { createRunTraces, type RunTraces } from './run-traces.svelte.ts';
import { trainingStatus } from './status-store.svelte.ts';

export interface SessionModel {
  readonly state: RunState;
  /** Milliseconds since 1970 of what was saved last. */
  readonly savedAt: number | null;
  readonly traces: RunTraces;
  receive(message: FromWorker): void;
  /** Another run was asked for; what stands now comes back where it cannot be had. */
  expectRun(): void;
  /** There is no run any more. @param error - why. */
  loseRun(error: string): void;
  /** The error was read. */
  clearError(): void;
}

/** What the masthead shows. */
const showStatus = (message: FromWorker, status: RunState['status']): void => {
  if (message.type === 'ready') {
    trainingStatus.epochs = message.recipe.epochs;
    trainingStatus.epoch = message.history.length + 1;
  }
  if (message.type === 'progress') {
    trainingStatus.epoch = message.progress.epoch;
    trainingStatus.epochs = message.progress.epochs;
  }
  trainingStatus.status = status;
};

const trace = (traces: RunTraces, message: FromWorker): void => {
  if (message.type === 'ready') traces.restart(message.history);
  if (message.type === 'progress') traces.addProgress(message.progress);
  if (message.type === 'snapshot') traces.addSnapshot(message.snapshot);
  if (message.type === 'status') traces.redraw();
};

export const createSessionModel = (): SessionModel => {
  let state = $state.raw<RunState>(NO_RUN);
  let savedAt = $state<number | null>(null);
  /** What stood before another run was asked for, until the worker takes that up. */
  let before: RunState | null = null;
  const traces = createRunTraces();
  return {
    get state() {
      return state;
    },
    get savedAt() {
      return savedAt;
    },
    traces,
    receive: (message) => {
      if (message.type === 'status') before = null;
      state = message.type === 'error' && before ? { ...before, error: message.message } : advance(state, message);
      if (message.type === 'error') before = null;
      if (message.type === 'ready') savedAt = null;
      if (message.type === 'saved' && message.fault === null) savedAt = Date.now();
      trace(traces, message);
      showStatus(message, state.status);
    },
    expectRun: () => {
      before = state;
      state = { ...state, status: 'loading', error: null, data: null };
      trainingStatus.status = 'loading';
    },
    loseRun: (error) => {
      state = { ...NO_RUN, error };
      trainingStatus.status = null;
    },
    clearError: () => {
      state = { ...state, error: null };
    },
  };
};
