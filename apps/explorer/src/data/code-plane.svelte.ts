/**
 * The plane that is shown: the network's own, or the one that was chosen.
 *
 * In: a network with its images, a choice. Out: both on that plane, and why it could not be had. Principal components are
 * looked for in a worker; until they are there the plane of before is shown.
 */
import { type ClassPlace, type CodePlane, type ErrorRecord, errorOf, messageOf } from 'latent-plane';
import { workError } from 'latent-plane/internal';
import type { PlaneChoice } from '../state/plane-choice.ts';
import type { PrincipalAnswer, PrincipalRequest } from '../worker/principal-worker.ts';
import { chosenPlane, codeSizeOn, codesOf, placeOn, placesOn } from './code-plane.ts';
import type { LoadedModel, Points } from './loaded.ts';

interface Given {
  /** On the network's own plane. */
  readonly model: LoadedModel | null;
  readonly points: Points | null;
  readonly choice: PlaneChoice | null;
}

interface Found {
  readonly points: Points;
  readonly key: string;
  readonly plane: CodePlane;
}

/** @returns how to take the question back. */
const askPrincipal = (
  request: PrincipalRequest,
  onPlane: (plane: CodePlane) => void,
  onFault: (fault: ErrorRecord | string) => void,
): (() => void) => {
  const worker = new Worker(new URL('../worker/principal-worker.ts', import.meta.url), { type: 'module' });
  worker.onmessage = ({ data }: MessageEvent<PrincipalAnswer>) => {
    worker.terminate();
    if ('plane' in data) onPlane(data.plane);
    else onFault(data.fault);
  };
  worker.onerror = ({ message }) => onFault(message);
  worker.postMessage(request);
  return () => worker.terminate();
};

const worded = (fault: ErrorRecord | string): string =>
  messageOf(
    typeof fault === 'string'
      ? workError('worker-failed', { problem: fault, hint: 'load the page again' })
      : errorOf(fault),
  );

/** To be called while a component is made. */
export const followPlane = (
  given: () => Given,
): { readonly model: LoadedModel | null; readonly points: Points | null; readonly failure: string | null } => {
  let found = $state.raw<Found | null>(null);
  let fault = $state.raw<string | null>(null);
  /** Codes of one or two numbers have no other plane than their own. */
  const choice = $derived.by(() => {
    const { model, choice: wanted } = given();
    return model !== null && codeSizeOn(model) > 2 ? wanted : null;
  });

  $effect(() => {
    const { points } = given();
    fault = null;
    if (points === null || choice?.by !== 'principal') return;
    const { order } = choice;
    const key = order.join();
    const { values, count, size } = codesOf(points);
    return askPrincipal(
      { codes: { values, count, size }, order: [order[0], order[1]] },
      (plane) => {
        found = { points, key, plane };
      },
      (reason) => {
        fault = worded(reason);
      },
    );
  });

  const chosen = $derived.by((): { readonly plane: CodePlane | null; readonly failure: string | null } => {
    const { points } = given();
    if (points === null || choice === null) return { plane: null, failure: null };
    if (choice.by === 'principal') {
      const isThis = found?.points === points && found.key === choice.order.join();
      return { plane: isThis && found ? found.plane : null, failure: fault };
    }
    try {
      return { plane: chosenPlane(choice, points), failure: null };
    } catch (error) {
      return { plane: null, failure: messageOf(error) };
    }
  });

  const placed = $derived.by(() => {
    const { model, points } = given();
    return model !== null && points !== null && chosen.plane !== null
      ? placeOn({ model, points }, chosen.plane)
      : { model, points };
  });
  /** Found once the points are painted. */
  let named = $state.raw<{ readonly points: Points; readonly places: readonly ClassPlace[] } | null>(null);
  $effect(() => {
    const { model, points } = placed;
    if (model === null || points === null || points === given().points) return;
    const timer = setTimeout(() => {
      named = { points, places: placesOn({ model, points }) };
    });
    return () => clearTimeout(timer);
  });
  const shown = $derived(
    placed.model !== null && named !== null && named.points === placed.points
      ? { ...placed.model, places: named.places }
      : placed.model,
  );
  return {
    get model() {
      return shown;
    },
    get points() {
      return placed.points;
    },
    get failure() {
      return chosen.failure;
    },
  };
};
