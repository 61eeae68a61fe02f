/**
 * Keeps the class map sharp while the plane is zoomed: when the hand rests, the window that is seen is computed anew.
 *
 * In: the field of the whole, the window, what computes. Out: the finer field of what is seen, where there is one.
 * Every movement takes back what is still being computed; windows that were seen before come from `details.ts`.
 */
import { planeOf } from '../data/code-plane.ts';
import type { LoadedModel, Points } from '../data/load.ts';
import type { PlaneWindow } from '../plane/view.ts';
import { askCloseness, type Closeness } from './closeness.ts';
import { createDetails, DETAIL_LOOK, DETAIL_SIZES, type Detail, detailFor } from './details.ts';
import type { ClassMap, FieldComputer, Reader } from './field.ts';

export interface Zoomed {
  /** The finished field of the whole. */
  readonly whole: ClassMap;
  readonly window: PlaneWindow;
  readonly model: LoadedModel;
  readonly points: Points;
  readonly reader: Reader;
}

const DELAY_MS = 200;
const CLOSENESS_SIZE = 200;
const FINEST = Math.max(...DETAIL_SIZES);

/** To be called while a component is made. @param zoomed - null where nothing can or shall be computed. */
export const followDetail = (
  zoomed: () => Zoomed | null,
  computer: () => FieldComputer,
): { readonly current: Detail | null; readonly failure: string | null } => {
  let current = $state.raw<Detail | null>(null);
  let failure = $state.raw<string | null>(null);
  let details = createDetails();
  let detailed: ClassMap | null = null;
  $effect(() => {
    const now = zoomed();
    failure = null;
    if (now?.whole !== detailed) {
      // Another network, or another epoch of it.
      detailed = now?.whole ?? null;
      details = createDetails();
      current = null;
    }
    const wanted = now && detailFor(now.whole, now.window);
    if (!now || !wanted) {
      current = null;
      return;
    }
    const { bounds, sizes } = wanted;
    const kept = details.find(bounds, now.window);
    if (kept) {
      current = kept;
      return;
    }
    let stops: readonly (() => void)[] = [];
    let closeness: Closeness | null = null;
    let field: ClassMap | null = null;
    const show = (): void => {
      if (!closeness || !field) return;
      current = { field, closeness };
      if (field.size === FINEST) details.keep(current);
    };
    const timer = setTimeout(() => {
      const { model, points, reader } = now;
      const { min, max } = model.bounds;
      const diagonal = Math.hypot(max[0] - min[0], max[1] - min[1]);
      const weights = new Map([...model.weights].filter(([name]) => name.startsWith('decoder/')));
      stops = [
        askCloseness({ codes: points.codes, bounds, diagonal, size: CLOSENESS_SIZE }, (next) => {
          closeness = next;
          show();
        }),
        computer().request(
          { spec: model.spec, weights, reader, plane: planeOf(model), bounds, sizes, look: DETAIL_LOOK },
          {
            onField: (next) => {
              field = next;
              show();
            },
            onFailure: (reason) => {
              failure = reason;
            },
          },
        ),
      ];
    }, DELAY_MS);
    return () => {
      clearTimeout(timer);
      for (const stop of stops) stop();
    };
  });
  return {
    get current() {
      return current;
    },
    get failure() {
      return failure;
    },
  };
};
