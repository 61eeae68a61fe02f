/**
 * The curves of the run: the loss of every batch, and how far the codes reach.
 */
import type { EpochRecord } from 'latent-plane';
import { createLossTrace, type TracePoint } from './loss-trace.ts';
import type { Progress, Snapshot } from './protocol.ts';
import { createSpreadTrace, spreadOf } from './spread.ts';

/** Between two redraws, at the least: each is a few hundred points. */
const REDRAW_MS = 300;

export interface RunTraces {
  /** Of every batch; the array is the same until there are new points. */
  readonly loss: TracePoint[];
  /** Of both coordinates on the plane, by optimiser steps. */
  readonly spread: TracePoint[][];
  /** Another run, which has these epochs behind it. */
  restart(history: readonly EpochRecord[]): void;
  addProgress(progress: Progress): void;
  addSnapshot(snapshot: Snapshot): void;
  /** Shows all points that there are. */
  redraw(): void;
}

export const createRunTraces = (): RunTraces => {
  /** Raised when the traces have new points. */
  let drawn = $state(0);
  let loss = createLossTrace();
  let spread = createSpreadTrace();
  let drawnAt = 0;
  const redraw = (): void => {
    drawn += 1;
  };
  const redrawSoon = (): void => {
    const now = Date.now();
    if (now - drawnAt < REDRAW_MS) return;
    drawnAt = now;
    redraw();
  };
  return {
    get loss() {
      void drawn;
      return [...loss.points()];
    },
    get spread() {
      void drawn;
      return spread.map((trace) => [...trace.points()]);
    },
    restart: (history) => {
      loss = createLossTrace();
      spread = createSpreadTrace();
      for (const record of history) loss.add(record.epoch, record.loss);
      redraw();
    },
    addProgress: ({ epoch, batch, batches, loss: batchLoss }) => {
      loss.add(epoch - 1 + batch / batches, batchLoss);
      redrawSoon();
    },
    addSnapshot: ({ plane, step }) => {
      spreadOf(plane.codes).forEach((value, axis) => {
        spread[axis].add(step, value);
      });
      redrawSoon();
    },
    redraw,
  };
};
