/** Variables in the words of a platform. */
import { escapeDollars } from '../../compose/expressions.js';
import { yamlText } from '../../render/yaml-text.js';
import type { PlannedBundle } from '../read-folder.js';
import { type Variable, variablesOf } from './variables-of.js';

export const ENV_FORMATS = ['docker', 'compose', 'k8s'] as const;
export type EnvFormat = (typeof ENV_FORMATS)[number];

/** `docker`: an env file of `docker run`; `compose`: a map for `environment`; `k8s`: a list for a container's `env`. */
export function envText(bundle: PlannedBundle, format: EnvFormat): string {
  const variables = variablesOf(bundle);
  const files = bundle.members.flatMap(({ envFiles }) => envFiles);
  const notes = files.map(
    ({ path, target }) => `# mount the env file ${oneLine(path)} at ${target}, read-only\n`,
  );
  const body = { docker: dockerText, compose: composeText, k8s: kubernetesText }[format](variables, bundle);
  return notes.join('') + body;
}

/** A name without a value takes the value of the caller's variable of that name (reference of docker run, --env-file). */
function dockerText(variables: readonly Variable[]): string {
  const lines = variables.map((variable) => {
    if ('expression' in variable) return `# set it to ${oneLine(variable.expression)}\n${variable.name}\n`;
    return /[\r\n]/.test(variable.value)
      ? `# has several lines, which an env file cannot hold: give it by --env\n${variable.name}\n`
      : `${variable.name}=${variable.value}\n`;
  });
  return lines.join('');
}

function composeText(variables: readonly Variable[]): string {
  const entries = variables.map((variable) => [
    variable.name,
    'expression' in variable ? variable.expression : escapeDollars(variable.value),
  ]);
  return yamlText({ environment: Object.fromEntries(entries) });
}

/** `$(NAME)` in a value would be replaced; `$$(NAME)` is not (API reference, EnvVar). */
function kubernetesText(variables: readonly Variable[], { bundle }: PlannedBundle): string {
  const env = variables.map((variable) =>
    'expression' in variable
      ? { name: variable.name, valueFrom: { secretKeyRef: { name: bundle, key: variable.name } } }
      : { name: variable.name, value: variable.value.replaceAll('$(', '$$$$(') },
  );
  const secret = variables.filter((variable) => 'expression' in variable);
  const notes = secret.map((variable) => `#   ${variable.name}: ${oneLine(variable.expression)}\n`);
  const head = notes.length === 0 ? '' : `# the secret "${bundle}" holds, by key:\n${notes.join('')}`;
  return head + yamlText({ env });
}

/** In a comment: what comes from the user's file must not end it. */
function oneLine(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}
