// Turns packages/core/src/training/kernels.wat into kernels.generated.ts. Run by `npm run kernels` after an edit;
// a test checks that the two agree.
import { readFileSync, writeFileSync } from 'node:fs';
import wabt from 'wabt';

const folder = new URL('../packages/core/src/training/', import.meta.url);

export const compileKernels = async () => {
  const { parseWat } = await wabt();
  const parsed = parseWat('kernels.wat', readFileSync(new URL('kernels.wat', folder), 'utf8'), { simd: true });
  return Buffer.from(parsed.toBinary({}).buffer).toString('base64');
};

if (import.meta.url === `file://${process.argv[1]}`) {
  const base64 = await compileKernels();
  writeFileSync(
    new URL('kernels.generated.ts', folder),
    `/** Made from kernels.wat by scripts/build-kernels.mjs; do not edit. */\nexport const kernelsBase64 =\n  '${base64}';\n`,
  );
}
