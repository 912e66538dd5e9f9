//! From wasm-bindgen's glue to a fragment's entry module.
//!
//! The glue of `--target no-modules` keeps all its state inside one closure. Run inside a
//! function it becomes a factory: each call has a state and a Wasm instance of its own, and is
//! collected when the instance is dropped. Imported as a module it would be one singleton.

use anyhow::{Result, ensure};

use super::wasm::{FUEL, REFUSED, STACK};

const OPENS: &str = "let wasm_bindgen = (function(exports) {";
const RETURNS: &str = "return Object.assign(__wbg_init, { initSync }, exports);";
const MOUNT: &str = "exports.mount = mount;";
/// Where the script came from, for what would fetch the binary. It would be left behind, and name the page's address.
const SOURCE: &str = "    if (typeof document !== 'undefined' && document.currentScript !== null) {
        script_src = new URL(document.currentScript.src, location.href).toString();
    }
";
/// Of a class that nobody uses, this would stay: the minifier can't know that it has no effect.
const REGISTRY: &str = "new FinalizationRegistry(";
const PURE_REGISTRY: &str = "/*@__PURE__*/ new FinalizationRegistry(";

/// The module `export function instantiate(module)`, which returns an object with what the shell
/// uses of the new instance:
///
/// - `mount(host)`;
/// - `fuel`, the `WebAssembly.Global` that the loops count down, if this binary counts them;
/// - `refused`, the one that holds how many pages of 64 KiB the instance asked for in vain;
/// - `stack`, its stack pointer.
///
/// Left out is what would fetch and compile the binary (the shell has done both, and checked the
/// digest in between), and every export but `mount`, the only one that the shell calls. Nothing
/// refers to their code after the change, so the minifier drops it.
///
/// # Errors
/// This is not the glue of `--target no-modules`, or a version that writes it differently.
pub(super) fn factory(glue: &str) -> Result<String> {
    ensure!(
        glue.trim_start().starts_with(OPENS),
        "the glue is not of the target no-modules; index.html needs data-bindgen-target=\"no-modules\" \
         in its link to the Rust crate"
    );
    ensure!(
        glue.matches(RETURNS).count() == 1,
        "this version of wasm-bindgen writes its glue differently: adapt the packing"
    );
    ensure!(glue.contains(MOUNT), "the Wasm exports no `mount`; a fragment has one `fragment::app!(App);`");
    let glue = glue.replace(SOURCE, "");
    let used = glue.lines().filter(|line| !is_unused_export(line) && !is_disposal(line));
    let body = used.collect::<Vec<_>>().join("\n");
    let globals = [("fuel", FUEL), ("refused", REFUSED), ("stack", STACK)];
    let globals = globals.map(|(name, export)| format!("exports.{name} = wasm.{export};")).concat();
    let returns = format!("initSync({{ module }}); {globals} return exports;");
    let body = body.replace(RETURNS, &returns).replace(REGISTRY, PURE_REGISTRY);
    Ok(format!("export function instantiate(module) {{\n{body}\nreturn wasm_bindgen;\n}}\n"))
}

/// `exports.Name = Name;` of another name.
fn is_unused_export(line: &str) -> bool {
    let line = line.trim();
    let named =
        line.strip_prefix("exports.").and_then(|rest| rest.strip_suffix(';')).and_then(|rest| rest.split_once(" = "));
    named.is_some_and(|(name, value)| name == value) && line != MOUNT
}

/// `if (Symbol.dispose) Name.prototype[Symbol.dispose] = Name.prototype.free;`, for callers that
/// hold exported classes with `using`. The shell holds none.
fn is_disposal(line: &str) -> bool {
    line.trim().starts_with("if (Symbol.dispose) ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::Command;

    const GLUE: &str = "let wasm_bindgen = (function(exports) {
    let script_src;
    if (typeof document !== 'undefined' && document.currentScript !== null) {
        script_src = new URL(document.currentScript.src, location.href).toString();
    }
    let count = 0;
    function mount() { count += 1; return `${wasm}:${count}`; }
    exports.mount = mount;
    class Other { free() {} }
    if (Symbol.dispose) Other.prototype[Symbol.dispose] = Other.prototype.free;
    exports.Other = Other;
    let wasm;
    function initSync({ module }) { wasm = module; return wasm; }
    async function __wbg_init(path) { wasm = await fetch(path ?? script_src); }
    return Object.assign(__wbg_init, { initSync }, exports);
})({ __proto__: null });
";

    #[test]
    fn each_call_makes_an_instance_with_a_state_of_its_own() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("entry.mjs"), factory(GLUE).unwrap()).unwrap();
        let script = "import { instantiate } from './entry.mjs';
            const a = instantiate('A'), b = instantiate('B');
            a.mount();
            console.log(a.mount(), b.mount());";
        std::fs::write(folder.path().join("main.mjs"), script).unwrap();
        let output = Command::new("node").arg("main.mjs").current_dir(folder.path()).output().unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stdout), "A:2 B:1\n", "{}", String::from_utf8_lossy(&output.stderr));
    }

    #[test]
    fn the_counters_of_an_instance_are_handed_out() {
        let folder = tempfile::tempdir().unwrap();
        let script = "import { instantiate } from './glue.mjs';
            const counted = instantiate({ croupier_fuel: 'fuel', croupier_refused: 'refused' });
            console.log(counted.fuel, counted.refused, instantiate({}).fuel);";
        std::fs::write(folder.path().join("glue.mjs"), factory(GLUE).unwrap()).unwrap();
        std::fs::write(folder.path().join("main.mjs"), script).unwrap();
        let output = Command::new("node").arg("main.mjs").current_dir(folder.path()).output().unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stdout), "fuel refused undefined\n");
    }

    #[test]
    fn other_glue_is_refused() {
        let error = factory("import * as x from './x.js';").unwrap_err();
        assert!(error.to_string().contains("no-modules"), "{error}");
        assert!(factory(&GLUE.replace("Object.assign", "Object.freeze")).is_err());
        let error = factory(&GLUE.replace("exports.mount = mount", "exports.other = other")).unwrap_err();
        assert!(error.to_string().contains("app!"), "{error}");
    }

    #[test]
    fn only_mount_is_exported() {
        let module = factory(GLUE).unwrap();
        assert!(module.contains("exports.mount") && !module.contains("exports.Other"));
        assert!(!module.contains("Other.prototype"), "{module}");
    }

    #[test]
    fn the_pages_address_is_not_looked_at() {
        let module = factory(GLUE).unwrap();
        assert!(!module.contains("location") && !module.contains("currentScript"), "{module}");
    }
}
