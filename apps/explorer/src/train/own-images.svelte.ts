/**
 * A person's own images, as the page knows them: what was read, and the try that is under way or was refused.
 *
 * A try that is refused takes nothing away: what was read before stays, and what was asked for can be asked otherwise.
 */
import type { ErrorRecord } from 'latent-plane';
import type { PictureDefaults, ReadUnit } from 'latent-plane/internal';
import type { FromWorker, ImagesSummary, OwnChoice, ToWorker } from './protocol.ts';

export interface ReadSet {
  readonly images: OwnChoice;
  readonly shape: PictureDefaults | null;
  readonly summary: ImagesSummary;
}

export interface Attempt {
  readonly images: OwnChoice;
  readonly shape: PictureDefaults | null;
  /** How far it has come; null before anything is known. */
  readonly progress: { readonly done: number; readonly total: number; readonly unit: ReadUnit } | null;
  /** Null while it is under way. */
  readonly fault: ErrorRecord | null;
}

export interface OwnImagesState {
  /** What a training would take; null before there is any. */
  readonly read: ReadSet | null;
  /** Null where the last one succeeded. */
  readonly attempt: Attempt | null;
  /** Ids of containers that can be asked for; none before the first answer. */
  readonly containers: readonly string[];
  ask(images: OwnChoice, shape: PictureDefaults | null): void;
  /** Leaves what was refused. */
  dismiss(): void;
  /** @returns whether the message was of images. */
  receive(message: FromWorker): boolean;
  /** The worker ended, and the try with it. */
  lose(): void;
}

export const createOwnImagesState = (post: (message: ToWorker) => void): OwnImagesState => {
  let read = $state.raw<ReadSet | null>(null);
  let attempt = $state.raw<Attempt | null>(null);
  let containers = $state.raw<readonly string[]>([]);
  const isCurrent = ({ id, options }: Pick<OwnChoice, 'id'> & Partial<OwnChoice>): boolean =>
    attempt !== null && attempt.images.id === id && (options === undefined || attempt.images.options === options);
  const refuse = (fault: ErrorRecord): void => {
    if (attempt !== null) attempt = { ...attempt, fault };
  };
  return {
    get read() {
      return read;
    },
    get attempt() {
      return attempt;
    },
    get containers() {
      return containers;
    },
    ask: (images, shape) => {
      attempt = { images, shape, progress: null, fault: null };
      post({ type: 'read-images', images, shape });
    },
    dismiss: () => {
      attempt = null;
    },
    receive: (message) => {
      switch (message.type) {
        case 'images-progress':
          if (attempt !== null && isCurrent(message))
            attempt = { ...attempt, progress: { done: message.done, total: message.total, unit: message.unit } };
          return true;
        case 'images':
          if (!isCurrent(message.images)) return true;
          containers = message.containers;
          read = { images: message.images, shape: message.shape, summary: message.summary };
          attempt = null;
          return true;
        case 'images-refused':
          containers = message.containers;
          if (isCurrent(message) && message.fault.code !== 'superseded') refuse(message.fault);
          return true;
        default:
          return false;
      }
    },
    lose: () => {
      if (attempt?.fault === null)
        refuse({
          code: 'internal',
          kind: 'work',
          facts: { problem: 'the worker that reads images ended', hint: 'give the files again' },
        });
    },
  };
};
