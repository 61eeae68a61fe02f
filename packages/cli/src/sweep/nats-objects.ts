/**
 * Files on a server: written and read whole.
 *
 * In: a name, bytes. Out: the bytes with the sum that was stored with them. What they mean is the caller's.
 *
 * The client's own way to read makes a consumer for each object, which a cluster may place on a server that died a moment
 * ago: the pieces then do not come for half a minute and more. Asked for one by one, any living copy answers.
 */
import type { SweepServer } from './nats-server.ts';
import { STORE } from './nats-server.ts';

/** Each piece waits for the answer to the last; half of what a server takes in a message unless told otherwise. */
const PIECE_BYTES = 512 * 1024;

/** Bytes that were stored, and the sum that was stored with them. */
export interface StoredBytes {
  readonly bytes: Uint8Array;
  readonly sha256: string;
}

/**
 * Reads an object; null where there is none, `incomplete` where pieces are missing: it is being written anew, or who
 * wrote it was cut off.
 */
export const readObject = async (
  { store, manager }: SweepServer,
  name: string,
): Promise<StoredBytes | 'incomplete' | null> => {
  const info = await store.info(name);
  if (!info || info.deleted) return null;
  const pieces: Uint8Array[] = [];
  let seq = 1;
  for (let i = 0; i < info.chunks; i++) {
    const piece = await manager.direct.getMessage(`OBJ_${STORE}`, { seq, next_by_subj: `$O.${STORE}.C.${info.nuid}` });
    if (!piece) return 'incomplete';
    pieces.push(piece.data);
    seq = piece.seq + 1;
  }
  const bytes = new Uint8Array(Buffer.concat(pieces));
  return bytes.length === info.size ? { bytes, sha256: info.metadata?.sha256 ?? '' } : 'incomplete';
};

/** Writes an object over the one of its name. @throws what the server says. */
export const writeObject = async (
  { store }: SweepServer,
  name: string,
  { bytes, sha256 }: StoredBytes,
): Promise<void> => {
  await store.putBlob({ name, metadata: { sha256 }, options: { max_chunk_size: PIECE_BYTES } }, bytes);
};
