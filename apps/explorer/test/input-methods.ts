/**
 * Three ways to use the page, in the same words: a mouse, fingers on a phone, a keyboard alone.
 *
 * In: what a person means. Out: the events of that input. The keyboard's makes no call of the mouse and moves no focus by
 * script: it reaches everything by Tab.
 */
import type { BrowserContextOptions, CDPSession, Locator, Page } from 'playwright-core';
import { SCREENS, strike } from './browser.ts';

/** A place within an element, as shares of its sides. */
export type Spot = readonly [across: number, down: number];

export interface InputMethod {
  readonly name: string;
  readonly options: BrowserContextOptions;
  /** A button, a link, a check box. */
  press(page: Page, target: Locator): Promise<void>;
  /** Puts the cursor of a plane somewhere else; keys go that way. */
  put(page: Page, plane: Locator, spot: Spot): Promise<void>;
  /** A line over an area that takes strokes. */
  draw(page: Page, area: Locator, from: Spot, to: Spot): Promise<void>;
  /** A press of a tool's own on the plane; Enter where the keys lead. */
  anchor(page: Page, plane: Locator, spot: Spot): Promise<void>;
  /** A line around a part of the plane. */
  enclose(page: Page, plane: Locator, spots: readonly Spot[]): Promise<void>;
  /** Looks closer at the plane. */
  zoomIn(page: Page, plane: Locator): Promise<void>;
  /** To the beginning of a slider. */
  slideToStart(page: Page, slider: Locator): Promise<void>;
  /** Another entry of a list, by its value. */
  choose(page: Page, list: Locator, value: string): Promise<void>;
}

const boxOf = async (target: Locator) => {
  await target.scrollIntoViewIfNeeded();
  const box = await target.boundingBox();
  if (!box) throw new Error('there is nothing to touch');
  return box;
};
const at = async (target: Locator, [across, down]: Spot) => {
  const { x, y, width, height } = await boxOf(target);
  return { x: x + across * width, y: y + down * height };
};

export const MOUSE: InputMethod = {
  name: 'a mouse',
  options: { viewport: { width: 1440, height: 900 } },
  press: (_, target) => target.click(),
  put: async (page, plane, spot) => {
    const { x, y } = await at(plane, spot);
    await page.mouse.click(x, y);
  },
  draw: async (page, area, from, to) => {
    const [begin, end] = [await at(area, from), await at(area, to)];
    await page.mouse.move(begin.x, begin.y);
    await page.mouse.down();
    await page.mouse.move(end.x, end.y, { steps: 6 });
    await page.mouse.up();
  },
  anchor: (page, plane, spot) => MOUSE.put(page, plane, spot),
  enclose: async (page, plane, [first, ...others]) => {
    const begin = await at(plane, first);
    await page.mouse.move(begin.x, begin.y);
    await page.mouse.down();
    for (const spot of others) {
      const { x, y } = await at(plane, spot);
      await page.mouse.move(x, y, { steps: 5 });
    }
    await page.mouse.up();
  },
  zoomIn: async (page, plane) => {
    const { x, y } = await at(plane, [0.5, 0.5]);
    await page.mouse.move(x, y);
    await page.mouse.wheel(0, -600);
  },
  slideToStart: async (page, slider) => {
    const { x, y } = await at(slider, [0.01, 0.5]);
    await page.mouse.click(x, y);
  },
  choose: async (_, list, value) => void (await list.selectOption(value)),
};

/** Fingers by the browser's own events: playwright's taps alone neither drag nor pinch. */
const withFingers = async (page: Page, work: (session: CDPSession) => Promise<void>): Promise<void> => {
  const session = await page.context().newCDPSession(page);
  try {
    await work(session);
  } finally {
    await session.detach();
  }
};
const touch = (
  session: CDPSession,
  type: 'touchStart' | 'touchMove' | 'touchEnd',
  points: { x: number; y: number }[],
) => session.send('Input.dispatchTouchEvent', { type, touchPoints: points.map((point, id) => ({ ...point, id })) });

const [{ name: _phone, colorScheme: _scheme, ...phone }] = SCREENS;

/**
 * Taps as often as it takes, as people do: Chromium drops an emulated tap that comes close upon a drag. The finger is
 * felt even so; a page too busy to feel it yet is waited for, since a second tap would undo the first.
 */
const tap = async (page: Page, target: Locator): Promise<void> => {
  await target.evaluate((element) => {
    Reflect.set(window, 'tapped', 'not yet');
    element.addEventListener('click', () => Reflect.set(window, 'tapped', 'clicked'), { once: true, capture: true });
    const felt = (): void => {
      if (Reflect.get(window, 'tapped') === 'not yet') Reflect.set(window, 'tapped', 'felt');
    };
    element.addEventListener('touchend', () => setTimeout(felt, 1500), { capture: true });
  });
  for (let tries = 0; tries < 4; tries++) {
    await page.evaluate(() => {
      if (Reflect.get(window, 'tapped') !== 'clicked') Reflect.set(window, 'tapped', 'not yet');
    });
    await target.tap();
    const outcome = await page.waitForFunction(() => {
      const tapped: unknown = Reflect.get(window, 'tapped');
      return tapped === 'not yet' ? null : tapped;
    });
    if ((await outcome.jsonValue()) === 'clicked') return;
  }
  throw new Error(`${target} did not hear a tap`);
};

export const FINGERS: InputMethod = {
  name: 'fingers on a phone',
  options: phone,
  press: tap,
  put: async (page, plane, spot) => {
    const point = await at(plane, spot);
    await withFingers(page, async (session) => {
      await touch(session, 'touchStart', [point]);
      await touch(session, 'touchEnd', []);
    });
  },
  draw: async (page, area, from, to) => {
    const [begin, end] = [await at(area, from), await at(area, to)];
    await withFingers(page, async (session) => {
      await touch(session, 'touchStart', [begin]);
      for (let i = 1; i <= 6; i++)
        await touch(session, 'touchMove', [
          { x: begin.x + (i / 6) * (end.x - begin.x), y: begin.y + (i / 6) * (end.y - begin.y) },
        ]);
      await touch(session, 'touchEnd', []);
    });
  },
  anchor: (page, plane, spot) => FINGERS.put(page, plane, spot),
  enclose: async (page, plane, spots) => {
    const points = await Promise.all(spots.map((spot) => at(plane, spot)));
    await withFingers(page, async (session) => {
      await touch(session, 'touchStart', points.slice(0, 1));
      for (const point of points.slice(1)) await touch(session, 'touchMove', [point]);
      await touch(session, 'touchEnd', []);
    });
  },
  zoomIn: async (page, plane) => {
    const { x, y, width } = await boxOf(plane);
    const pair = (apart: number) => [
      { x: x + (0.5 - apart) * width, y: y + 0.5 * width },
      { x: x + (0.5 + apart) * width, y: y + 0.5 * width },
    ];
    await withFingers(page, async (session) => {
      await touch(session, 'touchStart', pair(0.08).slice(0, 1));
      await touch(session, 'touchStart', pair(0.08));
      for (const apart of [0.12, 0.18, 0.25, 0.32]) await touch(session, 'touchMove', pair(apart));
      await touch(session, 'touchEnd', []);
    });
  },
  slideToStart: async (page, slider) => {
    const { x, y } = await at(slider, [0.01, 0.5]);
    await page.touchscreen.tap(x, y);
  },
  choose: async (_, list, value) => void (await list.selectOption(value)),
};

/** More stops than the longest page has. */
const MANY_TABS = 160;

/** Goes to an element by Tab, or back by Shift and Tab, as someone without a mouse does. */
const reach = async (page: Page, target: Locator): Promise<void> => {
  await target.waitFor();
  for (let i = 0; i < MANY_TABS; i++) {
    const way = await target.evaluate((element) => {
      const at = document.activeElement ?? document.body;
      if (element === at) return 'there';
      return at.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_PRECEDING ? 'back' : 'on';
    });
    if (way === 'there') return;
    await page.keyboard.press(way === 'back' ? 'Shift+Tab' : 'Tab');
  }
  throw new Error(`${target} cannot be reached by Tab`);
};

export const KEYS: InputMethod = {
  name: 'the keyboard alone',
  options: { viewport: { width: 1440, height: 900 } },
  press: async (page, target) => {
    await reach(page, target);
    const isBox = await target.evaluate((element) => element instanceof HTMLInputElement);
    await page.keyboard.press(isBox ? 'Space' : 'Enter');
  },
  put: async (page, plane, [across, down]) => {
    await reach(page, plane);
    for (let i = 0; i < 3; i++) {
      await strike(page, across < 0.5 ? 'Shift+ArrowLeft' : 'Shift+ArrowRight');
      await strike(page, down < 0.5 ? 'Shift+ArrowUp' : 'Shift+ArrowDown');
    }
  },
  draw: async (page, area, from, to) => {
    await reach(page, area);
    await page.keyboard.press('Space');
    for (let i = 0; i < 10; i++) {
      if (to[0] !== from[0]) await page.keyboard.press(to[0] > from[0] ? 'ArrowRight' : 'ArrowLeft');
      if (to[1] !== from[1]) await page.keyboard.press(to[1] > from[1] ? 'ArrowDown' : 'ArrowUp');
    }
    await page.keyboard.press('Space');
  },
  anchor: async (page, plane, spot) => {
    await KEYS.put(page, plane, spot);
    await page.keyboard.press('Enter');
  },
  enclose: async (page, plane) => {
    await reach(page, plane);
    const go = async (key: string, steps: number): Promise<void> => {
      for (let i = 0; i < steps; i++) await strike(page, `Shift+${key}`);
    };
    // From the lower left corner of the plane, wherever the cursor is.
    for (const key of ['ArrowLeft', 'ArrowDown']) await go(key, 20);
    await page.keyboard.press('Enter');
    for (const key of ['ArrowRight', 'ArrowUp', 'ArrowLeft']) {
      await go(key, 12);
      await page.keyboard.press('Enter');
    }
  },
  zoomIn: async (page, plane) => {
    await reach(page, plane);
    for (let i = 0; i < 5; i++) await page.keyboard.press('+');
  },
  slideToStart: async (page, slider) => {
    await reach(page, slider);
    await page.keyboard.press('Home');
  },
  choose: async (page, list, value) => {
    await reach(page, list);
    const [values, now] = await list.evaluate((element) => {
      const select = element as HTMLSelectElement;
      return [[...select.options].map((option) => option.value), select.value] as const;
    });
    const steps = values.indexOf(value) - values.indexOf(now);
    for (let i = 0; i < Math.abs(steps); i++) await page.keyboard.press(steps > 0 ? 'ArrowDown' : 'ArrowUp');
  },
};

export const INPUT_METHODS: readonly InputMethod[] = [MOUSE, FINGERS, KEYS];
