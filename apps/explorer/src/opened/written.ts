/**
 * Files that people write: networks and recipes, YAML or JSON. Here names and a look at the text decide; what they hold
 * is read with the Train view.
 */
import type { GivenFile } from './given.ts';

/** What a file chooser offers. */
export const WRITTEN_EXTENSIONS = ['.yaml', '.yml', '.json'];

export const YAML_FILE = /\.ya?ml$/i;
const JSON_FILE = /\.json$/i;
/** Of a run folder. */
const CONFIG = /(^|\/)config\.json$/;
/** What JSON of Keras and TensorFlow.js has, and a network's file has not. */
const OF_A_MODEL = /"(modelTopology|weightsManifest|class_name)"/;

/** A model's JSON says what it is at its beginning; it may be long. */
const LOOKED_AT = 64 * 2 ** 10;

/** The one file among these that a person wrote; null where they are something else. */
export const writtenAmong = async (files: readonly GivenFile[]): Promise<GivenFile | null> => {
  const [first] = files;
  if (files.length !== 1) return null;
  if (YAML_FILE.test(first.name)) return first;
  if (!JSON_FILE.test(first.name) || CONFIG.test(first.name)) return null;
  return OF_A_MODEL.test(await first.file.slice(0, LOOKED_AT).text()) ? null : first;
};
