/** The file of `docker buildx build --metadata-file`, for CI steps that read it. */
import { constants } from 'node:fs';
import { access, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { BundleResult } from '../bundle-options.js';
import { usageError, usageProblems } from './usage-problems.js';

/** Before a long build, not after it. */
export async function checkMetadataFolder(file: string): Promise<void> {
  try {
    await access(dirname(file), constants.W_OK);
  } catch {
    throw usageError(usageProblems.METADATA_FOLDER_MISSING(file));
  }
}

/** A reader sees the whole file or none. */
export async function writeMetadata(file: string, { imageId, digest, tag }: BundleResult): Promise<void> {
  const metadata = {
    'containerimage.config.digest': imageId,
    // As buildx does without a registry: the image's id.
    'containerimage.digest': digest ?? imageId,
    'image.name': tag,
  };
  const unfinished = `${file}.${process.pid}.tmp`;
  try {
    await writeFile(unfinished, `${JSON.stringify(metadata, null, 2)}\n`);
    await rename(unfinished, file);
  } finally {
    await rm(unfinished, { force: true });
  }
}
