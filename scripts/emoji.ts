/**
 * Real pictures in colour, to try networks of three channels on: the 3,786 emoji of Twemoji at 64 x 64 pixels, from an npm
 * package, in a folder for each of their groups: `npm run emoji -- FOLDER`.
 *
 * Every tenth emoji is for tests, with all its skin tones: no picture of the test set has a sibling in the training set.
 * Twemoji's graphics: (c) Twitter and other contributors, CC-BY 4.0; the package that ships them: MIT.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';

const PACKAGE = 'emoji-datasource-twitter';
const VERSION = '16.0.0';
const TESTED = 10;

const variation = v.object({ image: v.string(), has_img_twitter: v.boolean() });
const emojiList = v.array(
  v.object({
    ...variation.entries,
    category: v.string(),
    sort_order: v.number(),
    skin_variations: v.optional(v.record(v.string(), variation), {}),
  }),
);

/** `People & Body` as the name of a folder. */
const folderName = (category: string): string => category.toLowerCase().replace(/[^a-z]+/g, '-');

const [folder] = process.argv.slice(2);
if (folder === undefined || existsSync(folder)) {
  console.error(
    folder === undefined
      ? 'expected a folder to write to: npm run emoji -- FOLDER'
      : `${folder} exists: name another folder, or remove it`,
  );
  process.exit(2);
}
const scratch = mkdtempSync(join(tmpdir(), 'latent-plane-emoji-'));
try {
  const { status } = spawnSync(
    'npm',
    [
      'install',
      '--no-save',
      '--no-audit',
      '--no-fund',
      '--ignore-scripts',
      '--prefix',
      scratch,
      `${PACKAGE}@${VERSION}`,
    ],
    { stdio: ['ignore', 2, 2], shell: process.platform === 'win32' },
  );
  if (status !== 0) throw new Error(`npm could not get ${PACKAGE}@${VERSION}`);
  const source = join(scratch, 'node_modules', PACKAGE);
  const emoji = v.parse(emojiList, JSON.parse(readFileSync(join(source, 'emoji.json'), 'utf8')));
  let count = 0;
  for (const each of emoji) {
    const target = join(folder, each.sort_order % TESTED === 0 ? 'test' : 'train', folderName(each.category));
    mkdirSync(target, { recursive: true });
    for (const { image, has_img_twitter: isThere } of [each, ...Object.values(each.skin_variations)]) {
      if (!isThere) continue;
      copyFileSync(join(source, 'img', 'twitter', '64', image), join(target, image));
      count += 1;
    }
  }
  console.log(`${folder}: ${count} pictures of 64 x 64 pixels; try: npx latent data ${folder}`);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
