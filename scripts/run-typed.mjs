// Runs a TypeScript file with the sources in place of the packages: node scripts/run-typed.mjs FILE [words].
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

const [node, , file, ...words] = process.argv;
process.argv = [node, resolve(file), ...words];
const configFile = fileURLToPath(new URL('../vitest.config.ts', import.meta.url));
await runnerImport(resolve(file), { configFile, logLevel: 'warn' });
