#!/usr/bin/env node
// The entry point of the command line: checks Node, builds a fresh clone once, and hands over to dist/main.js.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`error: node-version: expected Node 20.19 or newer, got ${process.versions.node}; install a newer one`);
  process.exit(2);
}

const built = new URL('../dist/main.js', import.meta.url);
const builder = fileURLToPath(new URL('../../../scripts/build.mjs', import.meta.url));
if (!existsSync(built) && existsSync(builder)) {
  console.error('building the command line, once');
  // Standard output belongs to the command that was asked for.
  const { status } = spawnSync(process.execPath, [builder], { stdio: ['ignore', 2, 2] });
  if (status !== 0) process.exit(1);
}

const load = async () => {
  try {
    return await import(built.href);
  } catch (error) {
    if (error?.code !== 'ERR_MODULE_NOT_FOUND') throw error;
    console.error(`error: not-installed: ${error.message}\nrun \`npm install\` in the project's root first`);
    process.exit(1);
  }
};

const { main } = await load();
await main(process.argv.slice(2));
