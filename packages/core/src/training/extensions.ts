/**
 * More epochs for a run that had ended: what they change in a training that knows how long it is to be.
 */

/** The end of a run that was given more epochs. */
export interface Extension {
  /** Epochs done when it ended; fewer than planned where it stopped early. */
  readonly after: number;
  /** Epochs that it was to have until then. */
  readonly planned: number;
}

/**
 * How long the run was meant to be while an epoch, counted from 0, is trained: what a schedule over the whole run goes
 * by. Epochs that were trained before an extension keep the learning rates that they had.
 *
 * @param epochs - of the run as it is meant to be now.
 */
export const plannedEpochs = (extensions: readonly Extension[], epoch: number, epochs: number): number =>
  extensions.find(({ after }) => epoch < after)?.planned ?? epochs;

/** The epoch from which patience is counted where no better one came since: a run that stopped early begins to wait anew. */
export const patienceStart = (extensions: readonly Extension[], epoch: number): number =>
  extensions.findLast(({ after }) => after <= epoch)?.after ?? 0;
