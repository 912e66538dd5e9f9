//! Small modules for the tests, and node to run them.

use std::fs;
use std::process::Command;

use walrus::Module;

/// From the text format, names kept.
pub(super) fn module(text: &str) -> Module {
    Module::from_buffer(&wat::parse_str(text).unwrap()).unwrap()
}

pub(super) fn exports(module: &Module) -> Vec<&str> {
    module.exports.iter().map(|export| export.name.as_str()).collect()
}

/// The names of the functions.
pub(super) fn named(module: &Module) -> Vec<String> {
    module.funcs.iter().filter_map(|function| function.name.clone()).collect()
}

/// What a script says that gets instances of the binary by `make(imports)`.
pub(super) fn run(wasm: &[u8], script: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.wasm"), wasm).unwrap();
    let before = "import { readFileSync } from 'node:fs';
        const module = new WebAssembly.Module(readFileSync('a.wasm'));
        const make = (imports) => new WebAssembly.Instance(module, imports).exports;
        const say = (...words) => console.log(words.join(' '));\n";
    fs::write(folder.path().join("main.mjs"), before.to_owned() + script).unwrap();
    let output = Command::new("node").arg("main.mjs").current_dir(folder.path()).output().unwrap();
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}
