// Lets Node run the scripts that are TypeScript, on versions too that do not strip types themselves:
//   node --import ./scripts/typescript.mjs scripts/NAME.ts
import { register } from 'node:module';
import { setUp } from './setup.mjs';

setUp();
if (!process.features.typescript) register('./typescript-hooks.mjs', import.meta.url);
