/**
 * Lets messages into a worker that computes: onnxruntime-web answers within the turn of the event loop, so without this
 * no message would come in.
 */
import type { Throttle } from './throttle.ts';

/** At most this long without a message. */
const MESSAGE_MS = 12;

export interface MessageTurnOptions {
  readonly throttle: Throttle;
  /** Whether the training has every core, so that the cursor waits for it. */
  readonly crowded: boolean;
  /** Milliseconds, from anywhere. */
  readonly now: () => number;
}

export interface MessageTurns {
  readonly isDue: boolean;
  /** Lets messages in; rests for a cursor that moves. */
  take(): Promise<void>;
  /** Work begins again. */
  restart(): void;
}

/** One turn of the event loop. Timers would be slowed down in a page that is not seen. */
const createTurn = (): (() => Promise<void>) => {
  const { port1, port2 } = new MessageChannel();
  let done: () => void = () => undefined;
  port1.onmessage = () => done();
  return () =>
    new Promise((resolve) => {
      done = resolve;
      port2.postMessage(null);
    });
};

const rest = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export const createMessageTurns = ({ throttle, crowded, now }: MessageTurnOptions): MessageTurns => {
  const turn = createTurn();
  let since = now();
  const sliceMs = (): number | null => (crowded ? throttle.sliceMs() : null);
  return {
    get isDue() {
      return now() - since >= (sliceMs() ?? MESSAGE_MS);
    },
    take: () => (sliceMs() === null ? turn() : rest(throttle.restMs(now() - since))),
    restart: () => {
      since = now();
    },
  };
};
