/**
 * That a training goes on, for the parts of the page that know nothing else of it.
 *
 * In: what the session lights. Out: what the masthead shows. It comes with the page; the session does not.
 */
import type { RunStatus } from './protocol.ts';

interface Beacon {
  status: RunStatus | null;
  /** From 1. */
  epoch: number;
  epochs: number;
}

export const beacon: Beacon = $state({ status: null, epoch: 0, epochs: 0 });
