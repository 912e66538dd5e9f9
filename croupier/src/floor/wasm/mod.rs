//! What packing does to a Wasm binary between wasm-bindgen and the optimiser.
//!
//! | step | for |
//! |---|---|
//! | [`reach`] | dropping what the page can't reach |
//! | [`indirect`] | dropping what no function pointer can reach |
//! | [`quiet`] | dropping what never runs because every part says its own panics |
//! | [`memory`] | a limit of memory that ends only the instance that reaches it |
//! | [`fuel`] | a limit of loop iterations, so that no loop runs for ever |
//! | [`stack`] | telling which of several copies has died |
//! | [`short`] | short names between the binary and its glue |
//!
//! **Architecture invariant:** nothing here knows a fragment. What is done to a binary follows from
//! its limits, from its glue, and from the names that the compiler gave.

mod fuel;
mod indirect;
mod memory;
mod names;
mod panics;
mod quiet;
mod reach;
mod short;
mod stack;
#[cfg(test)]
mod testing;

use walrus::ir::{InstrSeq, InstrSeqId, Visitor, dfs_in_order};
use walrus::{LocalFunction, ModuleConfig};

pub(super) use fuel::{FUEL, MOST_FUEL_MILLIONS};
pub(super) use memory::REFUSED;
pub(super) use stack::STACK;

/// What an instance may use.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    /// Linear memory.
    pub(super) memory_mib: u32,
    /// Loop iterations between two refills, in millions; 0 to count none.
    pub(super) fuel_millions: u32,
}

/// Why a binary can't be packed.
#[derive(Debug, thiserror::Error)]
pub(super) enum WasmError {
    #[error("this is no Wasm binary that packing can read: {0}")]
    Unreadable(String),
    #[error("no function of it has a name; they must be kept until it is packed")]
    Nameless,
    #[error(
        "no function of it is {}, where every panic of the standard library comes through; if the toolchain has \
         changed, adapt croupier/src/floor/wasm/quiet.rs to its names",
        quiet::PANIC
    )]
    UnknownStandardLibrary,
    #[error("a fragment has one memory, and makes it itself; this has another number, or imports one")]
    Memories,
    #[error("limits.memory_mib is {limit_mib}, and the program needs {needed_mib} MiB before it does anything")]
    TooMuchFromTheStart { needed_mib: u64, limit_mib: u32 },
    #[error("limits.fuel_millions is {0}; the most that can be counted is {MOST_FUEL_MILLIONS}")]
    TooMuchFuel(u32),
}

/// Prepares the binary of a part for the optimiser, and its minified glue with it. The shell has no
/// bounds.
///
/// # Errors
/// See [`WasmError`].
pub(super) fn prepare(wasm: &[u8], glue: &str, bounds: Option<Bounds>) -> Result<(Vec<u8>, String), WasmError> {
    let mut config = ModuleConfig::new();
    config.generate_producers_section(false);
    let mut module = config.parse(wasm).map_err(|error| WasmError::Unreadable(format!("{error:#}")))?;
    reach::only_what_is_used(&mut module, glue);
    indirect::drop_uncallable(&mut module);
    quiet::hush(&mut module)?;
    // What only formatted panics, and only through the table.
    indirect::drop_uncallable(&mut module);
    if let Some(bounds) = bounds {
        stack::show(&mut module);
        memory::cap(&mut module, bounds.memory_mib)?;
        if bounds.fuel_millions > 0 {
            fuel::count(&mut module, bounds.fuel_millions)?;
        }
    }
    let glue = short::rename(&mut module, glue);
    Ok((module.emit_wasm(), glue))
}

/// Every instruction sequence that a function runs.
fn sequences(function: &LocalFunction) -> Vec<InstrSeqId> {
    struct Sequences(Vec<InstrSeqId>);
    impl<'i> Visitor<'i> for Sequences {
        fn start_instr_seq(&mut self, sequence: &'i InstrSeq) {
            self.0.push(sequence.id());
        }
    }
    let mut found = Sequences(Vec::new());
    dfs_in_order(&mut found, function, function.entry_block());
    found.0
}

#[cfg(test)]
mod tests {
    use super::testing::exports;
    use super::*;

    const PROGRAM: &str = r#"(module
        (memory (export "memory") 1)
        (func $core::panicking::panic_fmt (param i32 i32 i32) unreachable)
        (func $unused (export "unused") unreachable)
        (func $mount (export "mount")
            (loop (br_if 0 (i32.load (i32.const 0))))
            (call $core::panicking::panic_fmt (i32.const 0) (i32.const 1) (i32.const 0))))"#;

    fn prepared(bounds: Option<Bounds>) -> (Vec<String>, Option<u64>) {
        let (wasm, _) = prepare(&wat::parse_str(PROGRAM).unwrap(), "wasm.memory; wasm.mount()", bounds).unwrap();
        let module = walrus::Module::from_buffer(&wasm).unwrap();
        let exports = exports(&module).into_iter().map(str::to_owned).collect();
        (exports, module.memories.iter().next().unwrap().maximum)
    }

    #[test]
    fn a_fragment_is_bounded_as_its_limits_say_and_the_shell_is_not() {
        let bounds = Bounds { memory_mib: 2, fuel_millions: 20 };
        assert_eq!(prepared(Some(bounds)).0, ["memory", "mount", REFUSED, FUEL]);
        let (exports, maximum) = prepared(Some(Bounds { fuel_millions: 0, ..bounds }));
        assert_eq!((exports.last().unwrap().as_str(), maximum), (REFUSED, Some(32)));
        assert_eq!(prepared(None), (vec!["memory".to_owned(), "mount".to_owned()], None));
    }

    #[test]
    fn what_is_no_binary_is_refused() {
        let error = prepare(b"<html>", "", None).unwrap_err();
        assert!(error.to_string().starts_with("this is no Wasm binary"), "{error}");
    }
}
