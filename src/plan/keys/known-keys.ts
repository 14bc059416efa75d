/** Which keys a place of a compose file may have. */
import { PROJECT_KEYS } from './project-keys.js';
import { SERVICE_KEYS } from './service-keys.js';
import { SERVICE_SUB_KEYS } from './service-sub-keys.js';

/** Keys below a path such as `services.api.deploy`, as far as the tables tell them apart; indices of lists do not count. */
export function knownKeys(path: readonly string[]): readonly string[] {
  const [top, , ...rest] = path.filter((part) => !/^\d+$/.test(part));
  if (top === undefined) return below(PROJECT_KEYS, []);
  if (top !== 'services' || path.length < 2) return [];
  return below({ ...SERVICE_KEYS, ...SERVICE_SUB_KEYS }, rest);
}

function below(rows: object, path: readonly string[]): readonly string[] {
  return Object.keys(rows)
    .map((row) => row.split('.'))
    .filter(
      (row) =>
        row.length === path.length + 1 &&
        path.every((part, index) => row[index] === '*' || row[index] === part),
    )
    .map((row) => row.at(-1) ?? '')
    .filter((key) => key !== '*');
}
