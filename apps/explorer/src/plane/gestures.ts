/**
 * Mouse, pen and fingers on the plane.
 *
 * In: pointer events of one element. Out: what a person means: look, put the cursor, pan, zoom. One finger puts the
 * cursor, two pan and zoom; a mouse looks as it moves, puts as it is pressed, pans with its middle button or in pan mode.
 * The cursor follows once a frame: what it changes is laid out with the frame, not again for each event of the mouse.
 */
import type { Pixel } from './view.ts';

export interface GestureHandlers {
  /** The mouse is over the plane, or has left it. */
  look(at: Pixel | null): void;
  /** The cursor is put where the plane is pressed, and follows the drag. */
  put(at: Pixel, isPress: boolean): void;
  /** The last press was the first finger of two: the cursor goes back to where it was. */
  takeBack(): void;
  /** The plane is dragged, CSS pixels. */
  pan(left: number, top: number): void;
  zoom(factor: number, at: Pixel): void;
  reset(): void;
  isPanMode(): boolean;
  /** A tool has the press, and what follows of it. */
  readonly tool: ToolGestures;
}

/** What a tool is told while it is open. */
interface ToolGestures {
  isOpen(): boolean;
  press(at: Pixel): void;
  drag(at: Pixel): void;
  release(): void;
  cancel(): void;
}

/** A second finger within this time makes the first one part of a pinch. */
const SECOND_FINGER_MS = 250;
/** A wheel's notch (100 units) zooms by about a quarter. */
const ZOOM_PER_WHEEL_UNIT = 0.0022;
/** A wheel that counts lines, as some mice do. */
const UNITS_PER_LINE = 33;
/** Trackpads send pinches as small wheel steps with Ctrl. */
const PINCH_BOOST = 4;

type Mode = 'none' | 'put' | 'tool' | 'pan' | 'pinch' | 'spent';

/** Listens on `element`; returns the function that stops it. */
export const attachGestures = (element: HTMLElement, handlers: GestureHandlers): (() => void) => {
  const pressed = new Map<number, Pixel>();
  let mode: Mode = 'none';
  let pressedAt = 0;
  /** Where the cursor goes with the next frame. */
  let follow: (() => void) | null = null;
  let frame = 0;
  const stop = new AbortController();
  const on = <K extends keyof HTMLElementEventMap>(type: K, listener: (event: HTMLElementEventMap[K]) => void): void =>
    element.addEventListener(type, listener, { signal: stop.signal, passive: false });

  const pixelOf = ({ clientX, clientY }: MouseEvent): Pixel => {
    const { left, top } = element.getBoundingClientRect();
    return { left: clientX - left, top: clientY - top };
  };

  const settle = (): void => {
    cancelAnimationFrame(frame);
    frame = 0;
    const last = follow;
    follow = null;
    last?.();
  };
  const soon = (action: () => void): void => {
    follow = action;
    frame ||= requestAnimationFrame(settle);
  };

  on('pointerdown', (event) => {
    settle();
    if (event.pointerType === 'mouse' && event.button > 1) return;
    // A middle press would start the browser's own scrolling.
    if (event.button === 1) event.preventDefault();
    element.focus({ preventScroll: true });
    element.setPointerCapture(event.pointerId);
    const at = pixelOf(event);
    pressed.set(event.pointerId, at);
    if (pressed.size === 1) {
      const isPan = event.button === 1 || handlers.isPanMode();
      mode = isPan ? 'pan' : handlers.tool.isOpen() ? 'tool' : 'put';
      pressedAt = event.timeStamp;
      if (mode === 'put') handlers.put(at, true);
      if (mode === 'tool') handlers.tool.press(at);
    } else if (pressed.size === 2) {
      if (mode === 'put' && event.timeStamp - pressedAt < SECOND_FINGER_MS) handlers.takeBack();
      if (mode === 'tool') handlers.tool.cancel();
      mode = 'pinch';
    } else {
      mode = 'spent';
    }
  });

  on('pointermove', (event) => {
    const at = pixelOf(event);
    const before = pressed.get(event.pointerId);
    if (before === undefined) {
      if (event.pointerType !== 'touch') soon(() => handlers.look(at));
      return;
    }
    if (mode === 'put') soon(() => handlers.put(at, false));
    if (mode === 'tool') handlers.tool.drag(at);
    if (mode === 'pan') handlers.pan(at.left - before.left, at.top - before.top);
    if (mode === 'pinch') {
      const other = [...pressed].find(([id]) => id !== event.pointerId)?.[1];
      if (other) pinch(before, at, other);
    }
    pressed.set(event.pointerId, at);
  });

  const pinch = (before: Pixel, now: Pixel, other: Pixel): void => {
    const apart = (p: Pixel): number => Math.hypot(p.left - other.left, p.top - other.top);
    // The middle of the two fingers moves half as far as the one that moved.
    handlers.pan((now.left - before.left) / 2, (now.top - before.top) / 2);
    const middle = { left: (now.left + other.left) / 2, top: (now.top + other.top) / 2 };
    if (apart(before) > 0) handlers.zoom(apart(now) / apart(before), middle);
  };

  const release = (event: PointerEvent): void => {
    settle();
    // Also heard of a button that was never taken for a press.
    if (!pressed.delete(event.pointerId)) return;
    if (mode === 'tool' && event.type === 'pointercancel') handlers.tool.cancel();
    else if (mode === 'tool') handlers.tool.release();
    // The finger that stays down after a pinch does nothing more: it would make the cursor jump.
    mode = pressed.size === 0 ? 'none' : 'spent';
  };
  on('pointerup', release);
  on('pointercancel', release);
  on('pointerleave', () => {
    settle();
    handlers.look(null);
  });

  on('wheel', (event) => {
    event.preventDefault();
    const units = event.deltaY * (event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? 1 : UNITS_PER_LINE);
    const boost = event.ctrlKey ? PINCH_BOOST : 1;
    handlers.zoom(Math.exp(-units * boost * ZOOM_PER_WHEEL_UNIT), pixelOf(event));
  });
  // To a tool two clicks are two presses.
  on('dblclick', () => {
    if (!handlers.tool.isOpen()) handlers.reset();
  });
  return () => {
    stop.abort();
    cancelAnimationFrame(frame);
  };
};
