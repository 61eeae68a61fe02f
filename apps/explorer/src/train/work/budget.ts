/**
 * How the time that training leaves is shared between the looks at it.
 *
 * In: what a person allows (`Budget`). Out: for each kind of look, how often it is wanted and its share of all time. Where
 * one of the two is not wanted the other has what is left: a page that nobody sees draws no plane, and its rules go on.
 */
import type { Budget } from '../protocol.ts';

export const DEFAULT_BUDGET: Budget = { planeMs: 500, findingsMs: 2000, trainingShare: 0.85 };

/** Of what the training leaves, the plane gets this share, the findings the rest. */
const PLANE_SHARE = 2 / 3;

/** A share of 0 is never due, whatever a look costs. */
export const looksOf = (
  { planeMs, findingsMs, trainingShare }: Budget,
  what: 'plane' | 'findings',
): { readonly everyMs: number; readonly share: number } => {
  const everyMs = what === 'plane' ? planeMs : findingsMs;
  if (everyMs === null) return { everyMs: Number.POSITIVE_INFINITY, share: 0 };
  const left = 1 - trainingShare;
  if (planeMs === null || findingsMs === null) return { everyMs, share: left };
  return { everyMs, share: left * (what === 'plane' ? PLANE_SHARE : 1 - PLANE_SHARE) };
};
