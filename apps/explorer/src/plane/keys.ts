/**
 * The keyboard on the plane: arrows move the cursor, plus and minus zoom, nought shows the whole.
 *
 * In: key events of one element. Out: steps as shares of what is seen. A key that is held glides at display rate,
 * instead of at the keyboard's own stutter; two arrows go diagonally.
 */

export interface KeyHandlers {
  /** Shares of the seen window, x to the right, y upwards. */
  step(x: number, y: number): void;
  zoom(factor: number): void;
  reset(): void;
  /** Any other key; true where it meant something. */
  other(name: string): boolean;
}

const STEP = 0.01;
const COARSE = 0.05;
const FINE = 0.001;
/** A press shorter than this is one step. */
const HOLD_MS = 250;
/** Steps a second while held. */
const GLIDE_RATE = 25;
const ZOOM_STEP = 1.25;
/** A page that was hidden must not leap when it comes back. */
const MAX_FRAME_MS = 50;

const DIRECTIONS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};

const sizeOf = ({ shiftKey, altKey }: KeyboardEvent): number => {
  if (altKey) return FINE;
  return shiftKey ? COARSE : STEP;
};

/** Listens on `element`; returns the function that stops it. */
export const attachKeys = (element: HTMLElement, handlers: KeyHandlers): (() => void) => {
  const held = new Set<string>();
  let size = STEP;
  let since = 0;
  let frame = 0;
  const stop = new AbortController();
  const { signal } = stop;

  const glide = (now: number, last: number): void => {
    if (held.size === 0) return;
    if (now - since >= HOLD_MS) {
      const distance = (Math.min(MAX_FRAME_MS, now - last) / 1000) * GLIDE_RATE * size;
      const [x, y] = [...held].reduce(([a, b], key) => [a + DIRECTIONS[key][0], b + DIRECTIONS[key][1]], [0, 0]);
      if (x !== 0 || y !== 0) handlers.step(x * distance, y * distance);
    }
    frame = requestAnimationFrame((next) => glide(next, now));
  };
  const release = (): void => {
    held.clear();
    cancelAnimationFrame(frame);
  };

  element.addEventListener(
    'keydown',
    (event) => {
      if (event.ctrlKey || event.metaKey) return;
      size = sizeOf(event);
      const direction = DIRECTIONS[event.key];
      if (direction) {
        // Alt and an arrow would leave the page.
        event.preventDefault();
        if (held.has(event.key)) return;
        handlers.step(direction[0] * size, direction[1] * size);
        if (held.size === 0) {
          since = performance.now();
          frame = requestAnimationFrame((now) => glide(now, now));
        }
        held.add(event.key);
      } else if (event.key === '+' || event.key === '=') {
        handlers.zoom(ZOOM_STEP);
      } else if (event.key === '-') {
        handlers.zoom(1 / ZOOM_STEP);
      } else if (event.key === '0') {
        handlers.reset();
      } else if (!event.altKey && handlers.other(event.key)) {
        event.preventDefault();
      }
    },
    { signal },
  );
  element.addEventListener(
    'keyup',
    (event) => {
      size = sizeOf(event);
      held.delete(event.key);
      // macOS keeps back the release of a key that was held together with Command.
      if (event.key === 'Meta' || held.size === 0) release();
    },
    { signal },
  );
  element.addEventListener('blur', release, { signal });
  return () => {
    release();
    stop.abort();
  };
};
