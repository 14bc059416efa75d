/** A reporter of vitest: says what failed, and why, as soon as the file is through, not only when all are. */
export default class Failures {
  onTestModuleEnd(module) {
    const parts = [module, ...module.children.allSuites()];
    const errors = parts.flatMap((part) => part.errors().map((error) => [part.fullName ?? '', error]));
    for (const test of module.children.allTests('failed'))
      errors.push(...(test.result().errors ?? []).map((error) => [test.fullName, error]));
    for (const [name, error] of errors)
      console.log(`FAILED ${module.relativeModuleId} ${name}\n${ownLines(error)}`);
  }
}

/** Message and stack, without what lies in libraries. */
function ownLines({ message, stack }) {
  const lines = (stack ?? message).split('\n');
  return lines.filter((line) => !line.includes('/node_modules/')).join('\n');
}
