/** What can be wrong with a command line: one constructor per code. */
import { error, type Problem, ProblemsError } from '../problems.js';

export const usageProblems = {
  USAGE: (message: string, fix: string): Problem => error('USAGE', message, undefined, { fix }),

  METADATA_FOLDER_MISSING: (file: string): Problem =>
    error(
      'METADATA_FOLDER_MISSING',
      `the folder of "${file}" does not exist or cannot be written`,
      undefined,
      {
        fix: 'make the folder first, or give --metadata-file another path',
      },
    ),

  METADATA_UNWRITABLE: (file: string, why: string): Problem =>
    error('METADATA_UNWRITABLE', `the metadata file "${file}" cannot be written`, undefined, {
      why,
      fix: 'give --metadata-file another path',
    }),

  NOT_A_BUNDLE: (image: string): Problem =>
    error('NOT_A_BUNDLE', `the image "${image}" is not a bundle`, undefined, {
      why: 'it has no label io.github.bundle-shared.inventory',
      fix: 'name an image that bundle-shared built: docker images --filter label=io.github.bundle-shared.inventory',
    }),

  IMAGE_UNKNOWN: (image: string): Problem =>
    error('IMAGE_UNKNOWN', `the Engine has no image "${image}"`, undefined, {
      fix: `pull it first: docker pull ${image}`,
    }),

  WHICH_BUNDLE: (name: string | undefined, known: readonly string[]): Problem =>
    error(
      'WHICH_BUNDLE',
      name === undefined ? 'the folder holds several bundles' : `the folder holds no bundle "${name}"`,
      undefined,
      { fix: `name one of them: --bundle ${known.join(', --bundle ')}` },
    ),

  NOT_AN_OUTPUT_FOLDER: (folder: string, why: string): Problem =>
    error('NOT_AN_OUTPUT_FOLDER', `"${folder}" is not the output folder of a bundle`, undefined, {
      why,
      fix: 'name the folder that bundle-shared wrote (--output, "bundle" by default)',
    }),
};

export function usageError(...problems: readonly Problem[]): ProblemsError {
  return new ProblemsError('usage', problems);
}
