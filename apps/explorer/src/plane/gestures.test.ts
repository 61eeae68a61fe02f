import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { attachGestures } from './gestures.ts';

/** As much of an element as gestures ask of one. */
class Surface extends EventTarget {
  readonly setPointerCapture = vi.fn();
  readonly focus = vi.fn();
  readonly getBoundingClientRect = () => ({ left: 100, top: 50 });

  send(type: string, left: number, top: number, more: object = {}): void {
    const given = { pointerType: 'mouse', pointerId: 1, button: 0, clientX: 100 + left, clientY: 50 + top };
    this.dispatchEvent(Object.assign(new Event(type, { cancelable: true }), given, more));
  }
}

let frames: (() => void)[] = [];
const nextFrame = (): void => {
  const due = frames;
  frames = [];
  for (const callback of due) callback();
};

const started = () => {
  const surface = new Surface();
  const said: unknown[] = [];
  const tool = { isOpen: () => false, press: vi.fn(), drag: vi.fn(), release: vi.fn(), cancel: vi.fn() };
  const stop = attachGestures(surface as unknown as HTMLElement, {
    look: (at) => said.push(['look', at?.left ?? null]),
    put: (at, isPress) => said.push([isPress ? 'press' : 'put', at.left]),
    takeBack: () => said.push(['take back']),
    pan: (left, top) => said.push(['pan', left, top]),
    zoom: vi.fn(),
    reset: vi.fn(),
    isPanMode: () => false,
    tool,
  });
  return { surface, said, stop };
};

describe('gestures', () => {
  beforeEach(() => {
    frames = [];
    vi.stubGlobal('requestAnimationFrame', (callback: () => void) => frames.push(callback));
    vi.stubGlobal('cancelAnimationFrame', (id: number) => {
      if (id > 0) frames[id - 1] = () => {};
    });
  });
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  it('let the cursor follow the newest place of the mouse once a frame', () => {
    const { surface, said } = started();
    for (const left of [10, 20, 30]) surface.send('pointermove', left, 5);
    expect(said).toStrictEqual([]);
    nextFrame();
    expect(said).toStrictEqual([['look', 30]]);
    nextFrame();
    expect(said).toHaveLength(1);
    surface.send('pointermove', 40, 5);
    nextFrame();
    expect(said.at(-1)).toStrictEqual(['look', 40]);
  });

  it('put the cursor at once where it is pressed, and where the drag ends', () => {
    const { surface, said } = started();
    surface.send('pointermove', 10, 5);
    surface.send('pointerdown', 12, 5);
    surface.send('pointermove', 20, 5);
    surface.send('pointermove', 25, 5);
    surface.send('pointerup', 25, 5);
    expect(said).toStrictEqual([
      ['look', 10],
      ['press', 12],
      ['put', 25],
    ]);
    nextFrame();
    expect(said).toHaveLength(3);
  });

  it('forget the place of a mouse that has left', () => {
    const { surface, said } = started();
    surface.send('pointermove', 10, 5);
    surface.send('pointerleave', -1, 5);
    nextFrame();
    expect(said.at(-1)).toStrictEqual(['look', null]);
    expect(said).toHaveLength(2);
  });

  it('do nothing more once they are stopped', () => {
    const { surface, said, stop } = started();
    surface.send('pointermove', 10, 5);
    stop();
    nextFrame();
    expect(said).toStrictEqual([]);
  });
});
