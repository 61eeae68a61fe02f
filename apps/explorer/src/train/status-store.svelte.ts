/**
 * Whether a training is under way, for the parts of the page that know nothing else of it. It comes with the page; the
 * session does not.
 */
import type { RunStatus } from './protocol.ts';

interface TrainingStatus {
  status: RunStatus | null;
  /** From 1. */
  epoch: number;
  epochs: number;
}

export const trainingStatus: TrainingStatus = $state({ status: null, epoch: 0, epochs: 0 });
