/** `bundle-shared plan`: show what would be done. */
import { withoutValues } from '../plan/without-values.js';
import type { PlanCommand } from './invocation.js';
import { planText } from './plan-text.js';
import type { Session } from './session.js';
import { withProgress } from './with-progress.js';

export async function planCommand(command: PlanCommand, session: Session): Promise<void> {
  const { engine, streams, signal } = session;
  const { plan } = await withProgress(streams, command.progress, (onEvent) =>
    session.planBundle(engine, { ...command.options, signal, onEvent }),
  );
  streams.stdout.write(command.json ? `${JSON.stringify(withoutValues(plan), null, 2)}\n` : planText(plan));
}
