import { isVariableName } from './expressions.js';

/**
 * The variables that an env file takes from around it: names of expressions, and of lines without a value. Values, and
 * what single quotes or backslashes keep from being an expression, are passed over: they may be secrets (compose-go,
 * package dotenv; docker/cli, package kvfile for format `raw`). The same statements as runtime/dotenv.py reads.
 */
const STATEMENT =
  /^[ \t]*(?:export[ \t]+)?([\p{L}\p{N}_.\-[\]]+)[ \t]*(?:[=:][ \t]*(?:'(?:[^'\\]|\\[\s\S])*'|"((?:[^"\\]|\\[\s\S])*)"|(.*))|$)/gmu;
/** A backslash keeps a dollar only within quotes. */
const IN_QUOTES = /\\[\s\S]|\$\$|\$\{?([A-Za-z_]\w*)/g;
const BARE = /\$\$|\$\{?([A-Za-z_]\w*)/g;
const RAW_NAME = /^[ \t]*([^\s#=][^\s=]*)$/gm;
/** Of what begins after the blanks. */
const COMMENT = / #.*$/;

export function envFileNames(text: string, format: string | undefined): readonly string[] {
  const source = text.replace(/^\ufeff/, '').replaceAll('\r\n', '\n');
  const names =
    format === 'raw'
      ? [...source.matchAll(RAW_NAME)].map(([, name]) => name)
      : [...source.matchAll(STATEMENT)].flatMap(namesOfStatement);
  const usable = names.filter((name): name is string => name !== undefined && isVariableName(name));
  return [...new Set(usable)].sort();
}

function namesOfStatement([statement, key, quoted, bare]: RegExpExecArray): readonly (string | undefined)[] {
  if (!/[=:]/.test(statement)) return [key];
  const found = quoted?.matchAll(IN_QUOTES) ?? (bare ?? '').replace(COMMENT, '').matchAll(BARE);
  return [...found].map(([, name]) => name);
}
