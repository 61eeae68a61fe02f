/** A file that is written piece by piece, and its sum. */
import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';

/** A file under way. */
export interface LargeFile {
  /** Adds bytes at its end. */
  write(bytes: Uint8Array): Promise<void>;
  /** Returns when the disk has the file. @returns its SHA-256, in hexadecimal. */
  end(): Promise<string>;
  /** Leaves it as it is; nothing where it has ended. */
  close(): Promise<void>;
}

/** Makes or truncates a file. */
export const createLargeFile = async (path: string): Promise<LargeFile> => {
  const handle = await open(path, 'w');
  const hash = createHash('sha256');
  let isOpen = true;
  const close = async (): Promise<void> => {
    if (!isOpen) return;
    isOpen = false;
    await handle.close();
  };
  return {
    write: async (bytes) => {
      hash.update(bytes);
      for (let at = 0; at < bytes.length; ) at += (await handle.write(bytes, at, bytes.length - at)).bytesWritten;
    },
    end: async () => {
      await handle.sync();
      await close();
      return hash.digest('hex');
    },
    close,
  };
};
