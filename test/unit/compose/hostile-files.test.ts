/** What reads the user's own files, for positions and before Compose does, takes any bytes without a crash or a hang. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findHostileSource } from '../../../src/compose/find-hostile-source.js';
import { positionsIn } from '../../../src/compose/source-positions.js';
import { findStructuralScalars } from '../../../src/compose/structural-scalars.js';
import { damaged } from '../../damaged-files.js';

describe('a damaged compose file', () => {
  it('is read for positions and for what Compose cannot keep, in five hundred forms', () => {
    fc.assert(
      fc.property(damaged, (text) => {
        const source = { file: 'compose.yaml', text };
        expect(findHostileSource(source).length).toBeLessThan(2);
        positionsIn([source]).locate(['services', 'web', 'ports', 0]);
        const scalars = findStructuralScalars(text);
        expect(scalars.every(({ start, end }) => start < end && end <= text.length)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});
