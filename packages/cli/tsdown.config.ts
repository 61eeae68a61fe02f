/**
 * The command line, which carries what it uses of the core: a chunk for each command and for what several share, so that each
 * reads only its own. Two packages of many small files are bundled too, which saves a tenth of a short command's time; their
 * licences lie beside the chunks.
 */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'tsdown';

const CORE = /^latent-plane(\/|$)/;

const BUNDLED = ['@bufbuild/protobuf', 'yaml'];

/** What a package's users are told of its licence. */
const licenceOf = (name: string): string => {
  const folder = new URL(`../../node_modules/${name}/`, import.meta.url);
  const { version, license, homepage = '' } = JSON.parse(readFileSync(new URL('package.json', folder), 'utf8'));
  const text = new URL('LICENSE', folder);
  return [`${name} ${version}, ${license} ${homepage}`.trim(), existsSync(text) ? readFileSync(text, 'utf8') : '']
    .join('\n\n')
    .trim();
};

export default defineConfig({
  // The thread that reads model files is started by its path.
  entry: ['src/main.ts', 'src/models/read-worker.ts'],
  plugins: [
    {
      name: 'core-from-its-sources',
      resolveId: {
        filter: { id: CORE },
        handler: (id) => fileURLToPath(new URL(`../core/src/${id.replace(CORE, '') || 'index'}.ts`, import.meta.url)),
      },
    },
    {
      name: 'licences',
      generateBundle() {
        const source = `${BUNDLED.map(licenceOf).join('\n\n')}\n`;
        this.emitFile({ type: 'asset', fileName: 'licences-of-bundled-packages.txt', source });
      },
    },
  ],
  format: 'esm',
  platform: 'node',
  target: 'node20',
  fixedExtension: false,
  dts: false,
  // What the core needs of others is named among this package's dependencies too, or the build fails.
  deps: { alwaysBundle: [CORE, /^(@bufbuild\/protobuf|yaml)(\/|$)/], onlyBundle: BUNDLED },
});
