/**
 * What the page knows of the run: folded from what the worker says.
 *
 * In: the state so far, a message. Out: the next state. Nothing here asks or draws.
 */
import type { EpochRecord, Finding } from 'latent-plane';
import type { FromWorker, Progress, RunStatus, Snapshot, StoredRun } from './protocol.ts';

export type Ready = Extract<FromWorker, { readonly type: 'ready' }>;
type DataProgress = Omit<Extract<FromWorker, { readonly type: 'data-progress' }>, 'type'>;

export interface RunState {
  /** Null before the worker has said what lies in the browser's storage. */
  readonly runs: readonly StoredRun[] | null;
  /** Why nothing can be kept; null where it can. */
  readonly storageFault: string | null;
  /** Images on their way. */
  readonly data: DataProgress | null;
  readonly ready: Ready | null;
  readonly status: RunStatus | null;
  /** Where a run that diverged broke. */
  readonly brokeAt: { readonly epoch: number; readonly batch: number; readonly loss: number } | null;
  readonly progress: Progress | null;
  readonly history: readonly EpochRecord[];
  readonly snapshot: Snapshot | null;
  readonly findings: readonly Finding[];
  readonly findingsEpoch: number | null;
  readonly saved: { readonly epoch: number; readonly fault: string | null } | null;
  /** `code: what, where, what to do` */
  readonly error: string | null;
}

export const NO_RUN: RunState = {
  runs: null,
  storageFault: null,
  data: null,
  ready: null,
  status: null,
  brokeAt: null,
  progress: null,
  history: [],
  snapshot: null,
  findings: [],
  findingsEpoch: null,
  saved: null,
  error: null,
};

/** A run that would be lost to another one. */
export const isTraining = ({ status }: Pick<RunState, 'status'>): boolean =>
  status === 'running' || status === 'loading';

/** Records from the first epoch on; one that comes again (after the last good state) takes the place of the old. */
const withRecord = (history: readonly EpochRecord[], record: EpochRecord): readonly EpochRecord[] => [
  ...history.filter(({ epoch }) => epoch < record.epoch),
  record,
];

/** The state after a message. */
export const advance = (state: RunState, message: FromWorker): RunState => {
  switch (message.type) {
    case 'runs':
      return { ...state, runs: message.runs, storageFault: message.storage };
    case 'data-progress':
      return { ...state, data: { what: message.what, done: message.done, total: message.total } };
    case 'ready':
      return {
        ...NO_RUN,
        runs: state.runs,
        storageFault: state.storageFault,
        status: state.status,
        ready: message,
        history: message.history,
      };
    case 'status':
      return {
        ...state,
        status: message.status,
        brokeAt: message.status === 'diverged' ? message.at : null,
        data: message.status === 'loading' ? state.data : null,
        error: message.status === 'running' || message.status === 'loading' ? null : state.error,
      };
    case 'progress':
      return { ...state, progress: message.progress };
    case 'epoch':
      return { ...state, history: withRecord(state.history, message.record) };
    case 'snapshot':
      return { ...state, snapshot: message.snapshot };
    case 'findings':
      return { ...state, findings: message.findings, findingsEpoch: message.epoch };
    case 'saved':
      return { ...state, saved: { epoch: message.epoch, fault: message.fault } };
    case 'error':
      // What was being loaded did not begin, and took the place of what was there before.
      return state.status === 'loading'
        ? { ...NO_RUN, runs: state.runs, storageFault: state.storageFault, error: message.message }
        : { ...state, error: message.message };
    // Of files and images of a person's own the run knows nothing.
    case 'file':
    case 'images':
    case 'images-progress':
    case 'images-refused':
      return state;
  }
};
