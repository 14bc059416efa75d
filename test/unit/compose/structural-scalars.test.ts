import { describe, expect, it } from 'vitest';
import {
  findStructuralScalars,
  replaceScalars,
  restoreExpressions,
} from '../../../src/compose/structural-scalars.js';

const TEXT = `x-base: &base { ulimits: { nofile: "\${N}" } }
services:
  a:
    <<: *base
    depends_on: {b: {condition: '\${C}'}}
    environment: {ulimits: "\${E}"}
  b: {image: i}
`;

describe('expressions where Compose needs a number or a fixed word', () => {
  const found = findStructuralScalars(TEXT);

  it('are found wherever they stand', () =>
    expect(found.map(({ expression }) => expression)).toEqual(['${N}', '${C}']));

  it('are replaced by plain numbers and quoted words', () =>
    expect(replaceScalars(TEXT, found, ['5', 'service_healthy'])).toBe(
      TEXT.replace('"${N}"', '5').replace("'${C}'", '"service_healthy"'),
    ));

  it('are put back where their value stands', () => {
    const written = 'services:\n  a:\n    depends_on:\n      b:\n        condition: service_healthy\n';
    const { text, lost } = restoreExpressions(written, found, ['5', 'service_healthy']);
    expect(text).toContain('condition: "${C}"');
    expect(lost.map(({ expression }) => expression)).toEqual(['${N}']);
  });
});
