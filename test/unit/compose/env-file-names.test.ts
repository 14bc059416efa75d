import { describe, expect, it } from 'vitest';
import { envFileNames } from '../../../src/compose/env-file-names.js';

const FILE = `# $COMMENT
URL=postgres://app:\${PASSWORD}@db/$NAME # $COMMENT
export QUOTED = "a \${DEFAULTED:-\${NESTED}} \\$ESCAPED \\" $LATER
second line $SECOND"
SINGLE='pa$word \\' $no'
DOUBLED=$$twice
SLASH=\\$TAKEN
INHERITED
export EXPORTED
FIRST=1\r
EMPTY=
yaml: $COLON
`;

describe('the variables that an env file takes from around it', () => {
  it('are those of its expressions and of its lines without a value', () =>
    expect(envFileNames(FILE, undefined)).toEqual([
      'COLON',
      'DEFAULTED',
      'EXPORTED',
      'INHERITED',
      'LATER',
      'NAME',
      'NESTED',
      'PASSWORD',
      'SECOND',
      'TAKEN',
    ]));

  it('are lines without a value where values stand as they are', () =>
    expect(envFileNames('A=$B\n# C\nD\n  E\r\nF=\n', 'raw')).toEqual(['D', 'E']));
});
