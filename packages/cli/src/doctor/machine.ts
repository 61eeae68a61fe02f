/**
 * What this machine offers: processor, memory, disk, and the programs that some commands look for.
 *
 * In: the system. Out: plain facts; null for what cannot be read here. Nothing is evaluated.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { access, constants, readFile, stat, statfs } from 'node:fs/promises';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { benchPython, cloneFolder } from '../places.ts';

export interface Processor {
  readonly model: string;
  /** That this process may use. */
  readonly cores: number;
  /** Wide arithmetic that the native engine uses where it is there; null where the system does not say. */
  readonly instructions: { readonly avx2: boolean; readonly avx512: boolean } | null;
}

const readText = async (path: string): Promise<string | null> => readFile(path, 'utf8').catch(() => null);

/** The flags line of Linux' `/proc/cpuinfo`; only x86 has these instructions. */
export const parseInstructions = (cpuinfo: string | null): Processor['instructions'] => {
  const flags = /^flags\s*:\s*(.*)$/m.exec(cpuinfo ?? '')?.[1].split(' ');
  return flags ? { avx2: flags.includes('avx2'), avx512: flags.includes('avx512f') } : null;
};

export const processor = async (): Promise<Processor> => ({
  model: cpus()[0]?.model.trim() || process.arch,
  cores: availableParallelism(),
  instructions: parseInstructions(await readText('/proc/cpuinfo')),
});

/** Bytes of memory in the machine, and those that this process could still have, limits of a container included. */
export const memory = (): { readonly totalBytes: number; readonly availableBytes: number } => ({
  totalBytes: totalmem(),
  availableBytes: process.availableMemory(),
});

/** Free bytes on the disk of a folder that need not exist yet; null where the system does not say. */
export const freeBytes = async (folder: string): Promise<number | null> => {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  } catch {
    return dirname(folder) === folder ? null : freeBytes(dirname(folder));
  }
};

/** Whether files can be made in a folder, or in the one above it where it does not exist. */
export const isWritable = async (folder: string): Promise<boolean> => {
  try {
    if (!(await stat(folder)).isDirectory()) return false;
    await access(folder, constants.W_OK);
    return true;
  } catch {
    return !existsSync(folder) && dirname(folder) !== folder && isWritable(dirname(folder));
  }
};

const BROWSERS = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'chrome',
  'microsoft-edge',
  'firefox',
];
const APPLICATIONS = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Safari.app/Contents/MacOS/Safari',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];

/** Path of a browser; `CHROME_PATH` comes first. */
export const browserPath = (environment: NodeJS.ProcessEnv = process.env): string | null => {
  const onPath = (environment.PATH ?? '')
    .split(delimiter)
    .flatMap((folder) => BROWSERS.map((name) => join(folder, name)));
  return (
    [environment.CHROME_PATH ?? '', ...onPath, ...APPLICATIONS].find((path) => path !== '' && existsSync(path)) ?? null
  );
};

export interface Python {
  /** For example `3.11.2`. */
  readonly version: string;
  /** Version of PyTorch; null where it is not installed. */
  readonly torch: string | null;
}

const PYTHON_PROGRAM = `import platform
print(platform.python_version())
try:
    import torch
    print(torch.__version__)
except Exception:
    print('')`;
/** Loading PyTorch from a cold disk takes its time. */
const PYTHON_TIMEOUT_MS = 60_000;

/** Programs that may be a Python with PyTorch: the bench's own before those of the system. */
const PYTHONS: readonly string[] = [
  ...(cloneFolder ? [benchPython(join(cloneFolder, 'bench'))] : []),
  ...(process.platform === 'win32' ? ['python'] : ['python3', '/usr/bin/python3']),
];

const askPython = async (program: string): Promise<Python | null> => {
  try {
    const { stdout } = await promisify(execFile)(program, ['-c', PYTHON_PROGRAM], { timeout: PYTHON_TIMEOUT_MS });
    const [version = '', torch = ''] = stdout.split(/\r?\n/);
    return { version, torch: torch === '' ? null : torch };
  } catch {
    return null;
  }
};

/** A Python, preferably that which the bench measures beside us: the first with PyTorch, else the first; null where there is none. */
export const python = async (): Promise<Python | null> => {
  let first: Python | null = null;
  for (const program of PYTHONS) {
    const found = await askPython(program);
    if (found?.torch) return found;
    first ??= found;
  }
  return first;
};
