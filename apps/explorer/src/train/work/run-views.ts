/**
 * What a person sees of a training while it learns: the plane and the findings, posted as often as the budget allows.
 */
import type { Finding, TrainingState } from 'latent-plane';
import type { Budget, Snapshot } from '../protocol.ts';
import { looksOf } from './budget.ts';
import type { Post } from './messages.ts';
import type { Observer } from './observer.ts';
import type { RunPosition } from './run-types.ts';
import { createSpacing, type Spacing } from './spacing.ts';

export interface ViewsOptions {
  readonly observer: Observer;
  readonly budget: () => Budget;
  readonly position: Readonly<RunPosition>;
  readonly post: Post;
  /** Milliseconds, from anywhere. */
  readonly now: () => number;
}

export interface RunViews {
  /** The plane, whether it is due or not. */
  plane(state: TrainingState): Promise<void>;
  /** What is due. */
  due(state: TrainingState): Promise<void>;
  /** Both, due or not. @param parameters - all, flat; those that a run that stops here keeps, where not the latest. */
  all(state: TrainingState, parameters?: Float32Array): Promise<void>;
}

/** Handed over: nothing here uses them again. */
const buffersOf = ({ plane, reconstructions }: Snapshot): Transferable[] => [
  ...[...plane.weights.values()].slice(0, 1).map(({ buffer }) => buffer),
  plane.codes.buffer,
  ...(plane.whole ? [plane.whole.values.buffer] : []),
  ...(reconstructions ? [reconstructions.reconstructions.buffer] : []),
];

/** Those that validation sees. */
const latestOf = ({ average, parameters }: TrainingState): Float32Array => average ?? parameters;

export const createRunViews = ({ observer, budget, position, post, now }: ViewsOptions): RunViews => {
  const spaced = (what: 'plane' | 'findings'): Spacing =>
    createSpacing({ everyMs: () => looksOf(budget(), what).everyMs, share: () => looksOf(budget(), what).share, now });
  const planeSpacing = spaced('plane');
  const findingSpacing = spaced('findings');
  let posted: string | null = null;

  const postPlane = async (state: TrainingState, parameters: Float32Array): Promise<void> => {
    const snapshot = await observer.snapshot(state, parameters);
    if (snapshot === null) return;
    post({ type: 'snapshot', snapshot }, buffersOf(snapshot));
  };
  const postChanged = (epoch: number, findings: readonly Finding[]): void => {
    const text = JSON.stringify(findings.map(({ code, severity, message }) => [code, severity, message]));
    if (text === posted) return;
    posted = text;
    post({ type: 'findings', epoch, findings });
  };
  const postFindings = async ({ epoch }: TrainingState, parameters: Float32Array): Promise<void> => {
    const { stopped, valLoss } = position;
    const findings = await observer.findings(parameters, { stopped, valLoss });
    if (findings !== null) postChanged(epoch, findings);
  };
  const plane = (state: TrainingState): Promise<void> => planeSpacing.look(() => postPlane(state, latestOf(state)));
  return {
    plane,
    due: async (state) => {
      if (planeSpacing.due()) await plane(state);
      if (findingSpacing.due()) await findingSpacing.look(() => postFindings(state, latestOf(state)));
    },
    all: async (state, parameters = latestOf(state)) => {
      await postPlane(state, parameters);
      await postFindings(state, parameters);
    },
  };
};
