/**
 * A text that a person names: a file, or a pipe as a shell makes it for `<(command)`.
 */
import { constants, createReadStream, fstatSync, openSync } from 'node:fs';
import { Socket } from 'node:net';
import { inputError } from 'latent-plane/internal';
import { shownPath } from './read-error.ts';

/**
 * Its bytes. Opened without waiting: a thread that waits for somebody to write into a pipe would keep the process from
 * ending when it is asked to.
 */
const openBytes = (path: string, maxBytes: number): AsyncIterable<Buffer> => {
  const fd = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  // One byte more than is allowed tells what is longer.
  return fstatSync(fd).isFIFO() ? new Socket({ fd, readable: true }) : createReadStream(path, { fd, end: maxBytes });
};

/**
 * Reads it, but not without an end: what is longer than `maxBytes` (a device never ends) is refused.
 *
 * @throws LatentError (input) `too-large`, `not-text`; a system error where it cannot be read.
 */
export const readTextInput = async (path: string, maxBytes: number): Promise<string> => {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of openBytes(path, maxBytes)) {
    pieces.push(piece);
    bytes += piece.length;
    if (bytes > maxBytes)
      throw inputError('too-large', {
        at: { subject: shownPath(path) },
        expected: `a text of at most ${maxBytes} bytes`,
        got: 'more',
        hint: 'name another',
      });
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.concat(pieces));
  } catch (cause) {
    throw inputError(
      'not-text',
      {
        at: { subject: shownPath(path) },
        expected: 'a text in UTF-8',
        got: 'other bytes',
        hint: 'save it as UTF-8',
      },
      { cause },
    );
  }
};
