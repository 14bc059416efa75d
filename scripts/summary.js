// Prints what a run of steps did: a table with times, then "N passed, N failed" as the last line. A step
// with tests of its own counts with these, any other one counts as one.
import { existsSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

const folder = process.argv[2];
const steps = readFileSync(join(folder, 'steps.tsv'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => line.split('\t'))
  .map(([name, ms, code]) => ({ name, ms: Number(ms), isOk: code === '0' }));

const rows = steps.flatMap((step) => {
  const files = testFiles(step.name);
  const total = { ...step, ...countsOf(step, files) };
  return step.name === 'live'
    ? [total, ...files.map((file) => ({ ...file, name: `  ${file.name}` }))]
    : [total];
});

for (const { name, ms, passed, failed } of rows) {
  const outcome = failed > 0 ? `${failed} FAILED` : 'ok';
  console.log(
    `${name.padEnd(44)} ${(ms / 1000).toFixed(1).padStart(7)} s ${String(passed).padStart(5)}  ${outcome}`,
  );
}
const totals = rows.filter(({ name }) => !name.startsWith(' '));
const failed = sum(totals, 'failed');
console.log(`\n${sum(totals, 'passed')} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;

function testFiles(name) {
  const report = join(folder, `${name}.json`);
  if (!existsSync(report)) return [];
  return JSON.parse(readFileSync(report, 'utf8')).testResults.map((file) => {
    const count = (wanted) => file.assertionResults.filter(({ status }) => status === wanted).length;
    // A file whose set-up or import failed has no failed test, but is not well.
    const failed = count('failed') || (file.status === 'failed' ? 1 : 0);
    const name = relative(process.cwd(), file.name);
    return { name, ms: file.endTime - file.startTime, passed: count('passed'), failed };
  });
}

// A runner that ends badly without a failed test of its own (a crash, no test found) is one failure.
function countsOf({ name, isOk }, files) {
  const counts =
    files.length > 0 ? { passed: sum(files, 'passed'), failed: sum(files, 'failed') } : ownCounts(name, isOk);
  return isOk || counts.failed > 0 ? counts : { ...counts, failed: 1 };
}

function ownCounts(name, isOk) {
  if (name !== 'python-unit') return { passed: isOk ? 1 : 0, failed: isOk ? 0 : 1 };
  const log = readFileSync(join(folder, `${name}.log`), 'utf8');
  const ran = [...log.matchAll(/^Ran (\d+) test/gm)].reduce((total, [, count]) => total + Number(count), 0);
  const bad = [...log.matchAll(/(?:failures|errors)=(\d+)/g)].reduce(
    (total, [, count]) => total + Number(count),
    0,
  );
  return { passed: Math.max(ran - bad, 0), failed: bad };
}

function sum(items, key) {
  return items.reduce((total, item) => total + item[key], 0);
}
