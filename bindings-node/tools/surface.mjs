// Writes what the package has by its published types, in the form in which the languages are compared:
// `node tools/surface.mjs FOLDER` writes `node.json`. See tests/parity.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const types = fileURLToPath(new URL("../dist/index.d.ts", import.meta.url));
const program = ts.createProgram([types], {
  strict: true,
  target: ts.ScriptTarget.ES2022,
  lib: ["lib.es2023.d.ts", "lib.esnext.disposable.d.ts"],
  module: ts.ModuleKind.Node16,
  moduleResolution: ts.ModuleResolutionKind.Node16,
  exactOptionalPropertyTypes: true,
});
const checker = program.getTypeChecker();
const file = program.getSourceFile(types);
const faults = ts.getPreEmitDiagnostics(program);
if (file === undefined || faults.length > 0) {
  throw new Error(`${types}: ${ts.formatDiagnostics(faults, ts.createCompilerHost({}))}`);
}

const exported = new Map(
  checker.getExportsOfModule(checker.getSymbolAtLocation(file)).map((symbol) => {
    const aliased = (symbol.flags & ts.SymbolFlags.Alias) !== 0;
    return [symbol.name, aliased ? checker.getAliasedSymbol(symbol) : symbol];
  }),
);

function exportedType(name) {
  const symbol = exported.get(name);
  if (symbol === undefined) {
    throw new Error(`${name} is not exported`);
  }
  return checker.getDeclaredTypeOfSymbol(symbol);
}

/** The properties of a type that have a name of their own, and are not private. */
function properties(type) {
  return type.getProperties().filter((property) => {
    const flags = ts.getCombinedModifierFlags(
      property.valueDeclaration ?? property.declarations[0],
    );
    const hidden = ts.ModifierFlags.Private | ts.ModifierFlags.Protected;
    const isNamed = !property.name.startsWith("__") && !property.name.startsWith("#");
    return isNamed && (flags & hidden) === 0;
  });
}

const isOptional = (symbol) => (symbol.flags & ts.SymbolFlags.Optional) !== 0;
const typeOf = (symbol) => checker.getTypeOfSymbolAtLocation(symbol, file);

/** The properties of an object of options, as arguments. */
function options(type) {
  const found = {};
  for (const property of properties(checker.getNonNullableType(type))) {
    found[property.name] = { needed: !isOptional(property) };
  }
  return found;
}

function callArguments(signature) {
  const found = {};
  for (const parameter of signature.getParameters()) {
    if (parameter.name === "options") {
      Object.assign(found, options(typeOf(parameter)));
    } else {
      const { initializer, questionToken } = parameter.valueDeclaration;
      found[parameter.name] = { needed: !initializer && !questionToken };
    }
  }
  return found;
}

/** The calls of a type; what is read is a call without arguments. */
function calls(name, type, into) {
  for (const property of properties(type)) {
    const [signature] = typeOf(property).getCallSignatures();
    into[`${name}.${property.name}`] = signature === undefined ? {} : callArguments(signature);
  }
}

const made = {};
const client = exportedType("Uppzy");
calls("client", client, made);
for (const property of properties(client)) {
  const type = typeOf(property);
  if (type.symbol !== undefined && exported.get(type.symbol.name) === type.symbol) {
    delete made[`client.${property.name}`];
    calls(property.name, type, made);
  }
}
calls("pending", exportedType("PendingAnswer"), made);
calls("sessionIds", exportedType("SessionIds"), made);

const classes = {};
for (const [name, symbol] of exported) {
  if ((symbol.flags & ts.SymbolFlags.Class) === 0) {
    continue;
  }
  const type = checker.getDeclaredTypeOfSymbol(symbol);
  const kind = type.getProperty("kind");
  const literal = kind === undefined ? undefined : typeOf(kind);
  if (literal?.isStringLiteral()) {
    const [parent] = checker.getBaseTypes(type);
    classes[literal.value] = { name, parent: parent.symbol.name };
  }
}

const standard = new Set(["name", "stack"]);
const names = (type) => properties(type).map(({ name }) => name);
const surface = {
  calls: made,
  settings: {
    client: options(exportedType("UppzyOptions")),
    retry: options(exportedType("RetryPolicy")),
    poll: options(exportedType("PollSchedule")),
  },
  classes,
  fields: {
    error: names(exportedType("UppzyError")).filter((name) => !standard.has(name)),
    attempt: names(exportedType("AttemptRecord")),
  },
};
const folder = process.argv[2];
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, "node.json"), `${JSON.stringify(surface, null, 2)}\n`);
