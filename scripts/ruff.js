// Checks format and lint of the project's Python; `--write` formats it instead.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PositionEncoding, Workspace } from '@astral-sh/ruff-wasm-nodejs';

const folders = ['assembly', 'runtime', 'test/assembly', 'test/runtime', 'scripts', 'bench'];
const settings = {
  'target-version': 'py311',
  'line-length': 110,
  'indent-width': 4,
  lint: {
    pycodestyle: { 'max-line-length': 120 },
    select: ['E', 'F', 'W', 'B', 'BLE', 'C90', 'UP', 'SIM', 'RET', 'PIE', 'RUF'],
    // Executables extend sys.path before they import; a list of words is best read as words.

    ignore: ['E402', 'SIM105', 'SIM905', 'RUF001', 'RUF002', 'RUF003'],
    mccabe: { 'max-complexity': 10 },
  },
};

const write = process.argv.includes('--write');
const workspace = new Workspace(settings, PositionEncoding.Utf16);
const files = folders.flatMap(pythonFiles);
const complaints = files.flatMap((file) => checkFile(file));

for (const complaint of complaints) console.log(complaint);
console.log(`ruff: ${files.length} files, ${complaints.length} complaints`);
process.exitCode = complaints.length > 0 ? 1 : 0;

// Programs without a suffix are Python by their first line.
function pythonFiles(folder) {
  return entriesOf(folder)
    .filter((entry) => entry.isFile() && !entry.parentPath.includes('__pycache__'))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => file.endsWith('.py') || isPythonProgram(file))
    .sort();
}

function entriesOf(folder) {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true });
  } catch (error) {
    if (error.code === 'ENOENT') return [];
    throw error;
  }
}

function isPythonProgram(file) {
  return !/\.\w+$/.test(file) && /^#!.*python/.test(readFileSync(file, 'utf8'));
}

function checkFile(file) {
  const source = readFileSync(file, 'utf8');
  const found = [];
  try {
    const formatted = workspace.format(source);
    if (formatted !== source && write) writeFileSync(file, formatted);
    else if (formatted !== source) found.push(`${file}: not formatted (npm run format)`);
    for (const { code, message, start_location: at } of workspace.check(write ? formatted : source)) {
      found.push(`${file}:${at.row}:${at.column}: ${code ?? 'syntax'} ${message}`);
    }
  } catch (error) {
    found.push(`${file}: ${error.message ?? error}`);
  }
  return found;
}
