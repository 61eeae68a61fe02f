/** What a run folder holds: by these names a folder is known as a run and nothing else before it is removed. */
import { isTemporaryName } from '../files/temporary-names.ts';
import { isLockFile } from './lock.ts';

const FILES =
  /^(config\.json|history\.jsonl|metrics\.json|weights\.safetensors|evolution\.safetensors|README\.md|checkpoints\/(last|initial|encoder|epoch-\d{4,7})\.safetensors|charts\/training-curves\.(png|svg))$/;
const FOLDERS = ['checkpoints/', 'charts/'];

/** @param path - within the run folder, with slashes; that of a folder ends in one. */
export const isRunPath = (path: string): boolean => {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return FILES.test(path) || FOLDERS.includes(path) || isLockFile(path) || isTemporaryName(name);
};
