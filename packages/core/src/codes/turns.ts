/**
 * Long work in pieces, between which others have their turn: a request to stop, a bar that moves, a message.
 *
 * In: a generator that yields after each piece. Out: its result, at once or over many turns of the event loop.
 */

/** Work that may be left after each piece; returns its result. */
export type Work<T> = Generator<void, T, void>;

/** Multiplications and comparisons in one piece: some hundredths of a second. */
export const PIECE = 2e7;

/** Does the work in one go. */
export const atOnce = <T>(work: Work<T>): T => {
  for (let step = work.next(); ; step = work.next()) if (step.done) return step.value;
};

/** Of Node; pages have none. */
const immediate: unknown = Reflect.get(globalThis, 'setImmediate');

/** One turn of the event loop. Timers would be slowed down in a page that is not seen. */
const turn = (): Promise<void> =>
  new Promise((resolve) => {
    if (typeof immediate === 'function') Reflect.apply(immediate, undefined, [resolve]);
    else {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        port1.close();
        resolve();
      };
      port2.postMessage(null);
    }
  });

/** Does the work piece by piece. */
export const inTurns = async <T>(work: Work<T>): Promise<T> => {
  for (let step = work.next(); ; step = work.next()) {
    if (step.done) return step.value;
    await turn();
  }
};
