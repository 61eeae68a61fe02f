/**
 * What a tool shows over the plane. In: codes. Out: nothing; the plane draws it.
 */
import type { Code } from './view.ts';

export interface Mark {
  readonly at: Code;
  /** One or two letters. */
  readonly text: string;
  /** For tests and screen readers, unique. */
  readonly name: string;
}

export interface Overlay {
  readonly marks: readonly Mark[];
  /** A line from mark to mark. */
  readonly line: readonly Code[];
  /** Corners of a region; empty for none. */
  readonly region: readonly Code[];
}

export const NO_OVERLAY: Overlay = { marks: [], line: [], region: [] };
