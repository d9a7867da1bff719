// The lint rules of our own: which room imports which (rooms.js has the table), where a header
// stands, where it may be asserted that something is there, and which patterns take too long.

import { dirname, join, relative } from 'node:path';
import { analyse } from 'scslre';
import { floors, packages, rooms } from './rooms.js';

const isIn = (folder) => (path) => path === folder || path.startsWith(`${folder}/`);
const byLength = Object.keys(rooms).toSorted((a, b) => b.length - a.length);
const roomOf = (path) => byLength.find((room) => isIn(room)(path));
/** Two folders that are one to the outside: libs/platform and libs/platform/queue. */
const houseOf = (path) => /^(?:(?:libs|services)\/)?[^/]+/.exec(path)[0];
const isTest = (path) => path.endsWith('.test.ts') || /(^|\/)testing\//.test(path);

/** A room's other files are its face: above all its floors. */
function floorOf(path, house) {
  const [first] = path.slice(house.length + 1).split(/[/.]/);
  const floor = floors[house].indexOf(first);
  return floor < 0 ? floors[house].length : floor;
}

function climb(path, target) {
  const house = houseOf(path);
  if (!floors[house] || floorOf(target, house) <= floorOf(path, house)) return undefined;
  return `runs up: the floors of ${house} are ${floors[house].join(', ')}`;
}

/** @returns what is wrong with an import, or undefined. Paths are relative to the project. */
const problemOf = (path, source) =>
  packageProblem(path, source) ?? (roomOf(path) ? roomProblem(path, source) : undefined);

function roomProblem(path, source) {
  const test = isTest(path);
  if (source.startsWith('.')) {
    const target = join(dirname(path), source);
    if (houseOf(target) === houseOf(path)) return test ? undefined : climb(path, target);
    return 'another room is imported by its name, #room/file.js; a service is imported by none';
  }
  if (source.startsWith('#')) {
    const target = source.replace(/^#(?!supervisor\/)/, 'libs/').replace('#', '');
    if (test || houseOf(target) === houseOf(path)) return undefined;
    const room = roomOf(path);
    if (rooms[room].some((allowed) => isIn(allowed)(target))) return undefined;
    return `${room} may import ${rooms[room].join(', ') || 'no room'}; lint/rooms.js has the table`;
  }
  return undefined;
}

/** Packages are watched everywhere, outside of the rooms too. */
function packageProblem(path, source) {
  const name = Object.keys(packages).find((one) => source === one || source.startsWith(one));
  if (name === undefined || packages[name].some((allowed) => isIn(allowed)(path))) return undefined;
  if (name === '@nestjs/' && isTest(path)) return undefined;
  return `only ${packages[name].join(', ')} may import it`;
}

const imports = {
  create(context) {
    const path = relative(context.cwd, context.filename);
    const check = (node) => {
      const source = node.source?.value;
      const problem = typeof source === 'string' ? problemOf(path, source) : undefined;
      if (problem) context.report({ node, message: `${source}: ${problem}` });
    };
    return {
      ImportDeclaration: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
      ImportExpression: check,
    };
  },
};

/** A comment that touches an import moves with it when imports are sorted. */
const header = {
  create: (context) => ({
    Program(program) {
      const found = program.body.filter(({ type }) => type === 'ImportDeclaration');
      const lines = new Set(found.map(({ loc }) => loc.start.line - 1));
      const stray = context.sourceCode.getAllComments().find(({ loc }) => lines.has(loc.end.line));
      if (stray)
        context.report({ node: stray, message: 'an empty line parts it from the imports' });
    },
  }),
};

const isLoop = (node) => /^(For|ForOf|While)Statement$/.test(node.type);
const isInLoop = ({ parent }) => parent && (isLoop(parent) || isInLoop(parent));
/** All that a function does. */
const isHelper = ({ parent: { type } }) => /^(ArrowFunctionExpression|ReturnStatement)$/.test(type);

/** A loop over millions of numbers indexes; all else asks for what must be there (#collections). */
const assertions = {
  create(context) {
    const path = relative(context.cwd, context.filename);
    if (!roomOf(path) || isTest(path)) return {};
    return {
      TSNonNullExpression(node) {
        const isIndexed = node.expression.type === 'MemberExpression' && node.expression.computed;
        if (isIndexed && (isInLoop(node) || isHelper(node))) return;
        const message =
          'expected `!` behind an index in a loop alone: ask #collections for the item';
        context.report({ node, message });
      },
    };
  },
};

/** Most texts are a tenant's: where a pattern backtracks over one, it keeps everybody waiting. */
const patterns = {
  create(context) {
    if (isTest(relative(context.cwd, context.filename))) return {};
    return {
      Literal(node) {
        const [slow] = node.regex ? slownessOf(node.regex) : [];
        if (slow) context.report({ node, message: `takes ${slow} time for some texts` });
      },
    };
  },
};

function slownessOf({ pattern: source, flags }) {
  const { reports } = analyse({ source, flags }, { reportTypes: { Move: true } });
  return reports.map(({ exponential }) => (exponential ? 'exponential' : 'quadratic'));
}

export default { meta: { name: 'lethe' }, rules: { assertions, header, imports, patterns } };
