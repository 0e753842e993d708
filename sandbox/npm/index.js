// Finds the program in the package of this platform, which npm has installed beside this one.

const { join } = require("node:path");

const { arch, platform, version } = process;

/** The names of the packages that fit, the likelier first. */
function packages() {
  switch (platform) {
    case "linux":
      return [`uppzy-sandbox-linux-${arch}-gnu`, `uppzy-sandbox-linux-${arch}-musl`];
    case "win32":
      return [`uppzy-sandbox-win32-${arch}-msvc`];
    default:
      return [`uppzy-sandbox-${platform}-${arch}`];
  }
}

function isMusl() {
  return (
    platform === "linux" && process.report.getReport().header.glibcVersionRuntime === undefined
  );
}

function programOf(name) {
  const file = platform === "win32" ? "uppzy-sandbox.exe" : "uppzy-sandbox";
  try {
    return [join(require.resolve(`${name}/package.json`), "..", "bin", file)];
  } catch {
    return [];
  }
}

function find() {
  const found = packages().flatMap(programOf);
  if (found.length === 0) {
    const [likelier, other] = packages();
    const expected = isMusl() ? other : likelier;
    const error = new Error(
      `uppzy-sandbox has no program for ${platform}-${arch} (Node ${version}): the package ${expected}, ` +
        "which npm installs beside it, is not there. Likely causes: optional dependencies were left out " +
        "(--omit=optional), node_modules came from another platform, or there is no such package for this " +
        "platform; then `cargo install uppzy-sandbox`, and name the program in UPPZY_SANDBOX.",
    );
    throw Object.assign(error, { code: "UPPZY_SANDBOX_PROGRAM" });
  }
  // Old versions of npm install those of both C libraries.
  return found.length > 1 && isMusl() ? found[1] : found[0];
}

exports.path = find();
