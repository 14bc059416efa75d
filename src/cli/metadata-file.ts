/** The file of `docker buildx build --metadata-file`, for CI steps that read it. */
import { constants } from 'node:fs';
import { access, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { BuiltBundle, BundleResult } from '../bundle-options.js';
import { usageError, usageProblems } from './usage-problems.js';

/** Before a long build, not after it. */
export async function checkMetadataFolder(file: string): Promise<void> {
  try {
    await access(dirname(file), constants.W_OK);
  } catch {
    throw usageError(usageProblems.METADATA_FOLDER_MISSING(file));
  }
}

/** Of one image as `docker buildx build` writes it, of several as `docker buildx bake` does; a reader sees the whole file or none. */
export async function writeMetadata(file: string, { bundles }: BundleResult): Promise<void> {
  const [first] = bundles;
  const metadata =
    bundles.length === 1 && first !== undefined
      ? metadataOf(first)
      : Object.fromEntries(bundles.map((one) => [one.bundle, metadataOf(one)]));
  const unfinished = `${file}.${process.pid}.tmp`;
  try {
    await writeFile(unfinished, `${JSON.stringify(metadata, null, 2)}\n`);
    await rename(unfinished, file);
  } finally {
    await rm(unfinished, { force: true });
  }
}

function metadataOf({ imageId, digest, tag }: BuiltBundle): Readonly<Record<string, string | undefined>> {
  return {
    'containerimage.config.digest': imageId,
    // As buildx does without a registry: the image's id.
    'containerimage.digest': digest ?? imageId,
    'image.name': tag,
  };
}
