/** The file of `docker buildx build --metadata-file`, for CI steps that read it. */
import { constants, statSync } from 'node:fs';
import { access, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { BuiltBundle, BundleResult } from '../bundle-options.js';
import { fileError } from '../output-failure.js';
import { usageError, usageProblems } from './usage-problems.js';

/** Before a long build, not after it. */
export async function checkMetadataFile(file: string): Promise<void> {
  const folder = dirname(file);
  const isWritable = await access(folder, constants.W_OK).then(
    () => true,
    () => false,
  );
  if (!isWritable || !isFolder(folder)) throw usageError(usageProblems.METADATA_FOLDER_MISSING(file));
  if (isFolder(file)) throw usageError(usageProblems.METADATA_UNWRITABLE(file, 'it is a folder'));
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
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
  } catch (error) {
    const cause = fileError(error);
    if (cause === undefined) throw error;
    const why = `${cause.text}; the bundle itself is complete`;
    throw usageError(usageProblems.METADATA_UNWRITABLE(file, why));
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
